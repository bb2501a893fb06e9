-- One text for SQLite and PostgreSQL. Times are RFC 3339 text, days are YYYY-MM-DD, JSON is text. On PostgreSQL every
-- text column is given the collation "C" when this runs, so that both databases order by bytes.

-- What was done, by whom, when. Its number is also the version of everything in the store.
CREATE TABLE activity (
    number BIGINT PRIMARY KEY,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    operation TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT
);
CREATE INDEX activity_subject ON activity (subject_kind, subject_id, number);

-- Agencies as their newest edition names them.
CREATE TABLE agency (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL
);

-- One published version of a plan. `agency_body` is the agency as this edition names it.
CREATE TABLE plan_edition (
    agency TEXT NOT NULL REFERENCES agency (id),
    plan TEXT NOT NULL,
    edition TEXT NOT NULL,
    agency_body TEXT NOT NULL,
    body TEXT NOT NULL,
    loaded_at TEXT NOT NULL,
    loaded_by TEXT NOT NULL,
    PRIMARY KEY (agency, plan, edition)
);

-- Everything that an edition lists, one row each. `parent` is the program of a milestone, the measure of a target, and
-- empty for what stands by itself; what has no id of its own is numbered inside its parent.
CREATE TABLE plan_item (
    agency TEXT NOT NULL,
    plan TEXT NOT NULL,
    edition TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    id TEXT NOT NULL,
    position BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (agency, plan, edition, kind, parent, id),
    FOREIGN KEY (agency, plan, edition) REFERENCES plan_edition (agency, plan, edition)
);

-- Places that have results. `parent` may name a place that is not loaded. `name_key` is the name as it is searched.
CREATE TABLE place (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT,
    name_key TEXT NOT NULL
);
CREATE INDEX place_parent ON place (parent);
CREATE INDEX place_level ON place (level, name_key);

-- Imports. A row is begun, then published; undone at any time after.
CREATE TABLE vintage (
    id BIGINT PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    profile TEXT NOT NULL,
    source TEXT NOT NULL,
    known_from TEXT NOT NULL,
    provisional BOOLEAN NOT NULL,
    begun_at TEXT NOT NULL,
    published_at TEXT,
    undone_at TEXT,
    report TEXT
);
-- One file read by one profile is in force once only.
CREATE UNIQUE INDEX vintage_once ON vintage (sha256, profile) WHERE published_at IS NOT NULL AND undone_at IS NULL;

-- Files of the lake. `swapped_at`: a merged file took its place, and it may be deleted.
CREATE TABLE segment (
    path TEXT PRIMARY KEY,
    measure TEXT NOT NULL,
    period_kind TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    first_period BIGINT NOT NULL,
    last_period BIGINT NOT NULL,
    swapped_at TEXT
);
CREATE INDEX segment_measure ON segment (measure);

-- The imports whose rows a file holds.
CREATE TABLE segment_vintage (
    path TEXT NOT NULL REFERENCES segment (path),
    vintage BIGINT NOT NULL REFERENCES vintage (id),
    PRIMARY KEY (path, vintage)
);
CREATE INDEX segment_vintage_vintage ON segment_vintage (vintage);

-- How a kind of report is read.
CREATE TABLE profile (
    name TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    saved_at TEXT NOT NULL
);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL
);
