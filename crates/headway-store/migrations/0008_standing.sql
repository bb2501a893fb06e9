-- The same bytes with another day or another release (preliminary, final) are another statement: each is in force once only.
DROP INDEX vintage_once;
CREATE UNIQUE INDEX vintage_once ON vintage (sha256, profile, known_from, provisional)
    WHERE published_at IS NOT NULL AND undone_at IS NULL;
