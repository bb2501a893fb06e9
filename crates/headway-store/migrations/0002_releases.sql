-- What was published. A release is never changed and never deleted: what the public saw once, it knows.
CREATE TABLE public_release (
    agency TEXT NOT NULL,
    number BIGINT NOT NULL,
    made_on TEXT NOT NULL,
    as_of TEXT NOT NULL,
    summary TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (agency, number)
);

-- What a release told of each figure of a measure, and what it hid: lines that the publishing step writes and reads.
CREATE TABLE public_release_cells (
    agency TEXT NOT NULL,
    number BIGINT NOT NULL,
    measure TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (agency, number, measure),
    FOREIGN KEY (agency, number) REFERENCES public_release (agency, number)
);
