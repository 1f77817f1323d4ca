-- title: Quote without its language
-- severity: error
-- table: claims
-- why: Readers and translators need to know whether these are the words of the source or already a
--   translation.
-- fix: Enter the language of the quote, for example en, ru or ky.
-- message: The claim has a quote and does not say in which language.
-- needs: claims.quote_lang
-- withheld: clear quote
SELECT claim_id AS id, 'quote_lang' AS field
FROM claims
WHERE quote IS NOT NULL
  AND quote_lang IS NULL
