-- An import may take the place of an earlier one: from the day on which it became known the earlier one is not seen.
ALTER TABLE vintage ADD COLUMN replaces BIGINT;
-- What of its report a list of imports shows: rows and values that were refused; null where the import is older than this.
ALTER TABLE vintage ADD COLUMN rows_refused BIGINT;
ALTER TABLE vintage ADD COLUMN values_refused BIGINT;
CREATE INDEX vintage_replaces ON vintage (replaces);
