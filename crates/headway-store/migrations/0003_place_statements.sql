-- What imports say of places: seen as their figures are, and taken back with them. What is not said is null. A statement without
-- days speaks of the day from which on the import was known; one without a last day, of the days until then.
CREATE TABLE place_statement (
    vintage BIGINT NOT NULL REFERENCES vintage (id),
    number BIGINT NOT NULL,
    place TEXT NOT NULL,
    first_day TEXT,
    last_day TEXT,
    level TEXT NOT NULL,
    name TEXT,
    parent TEXT,
    life TEXT,
    PRIMARY KEY (vintage, number)
);
CREATE INDEX place_statement_place ON place_statement (place);

-- `place` keeps what is known of places outside of imports: of the sample, and from the time when imports did not keep it
-- themselves. It is read whole.
DROP INDEX place_parent;
DROP INDEX place_level;
ALTER TABLE place DROP COLUMN name_key;
