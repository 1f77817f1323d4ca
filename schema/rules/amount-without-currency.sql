-- title: Amount without its currency
-- severity: error
-- table: sentences
-- why: An amount of 5000 means nothing when nobody knows whether it is som, roubles or euros.
-- fix: Enter the currency as its three-letter code, for example KGS.
-- message: The penalty has an amount and no currency. Amount: {amount}.
-- needs: sentences.currency
-- withheld: clear amount
SELECT sentence_id AS id, 'currency' AS field, amount
FROM sentences
WHERE amount IS NOT NULL
  AND currency IS NULL
