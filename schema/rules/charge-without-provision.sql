-- title: Charge without article or offence
-- severity: error
-- table: charges
-- why: A charge that names neither the article nor the offence cannot be compared with any other charge.
-- fix: Enter the article (for example 278) or the title of the offence as the source gives it.
-- message: The charge gives neither an article nor the title of an offence.
-- needs: charges.article, charges.offence_title
-- withheld: fill offence_title = Text not published
SELECT charge_id AS id, 'article' AS field
FROM charges
WHERE article IS NULL
  AND offence_title IS NULL
