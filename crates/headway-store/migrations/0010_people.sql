-- People. A person outlives the account, so that history keeps names: closed, never deleted. `mail` is trimmed and in lower case.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    mail TEXT NOT NULL,
    added_at TEXT NOT NULL,
    closed_at TEXT
);
CREATE UNIQUE INDEX person_mail ON person (mail) WHERE closed_at IS NULL;

-- How a person signs in: an Argon2id hash in PHC form.
CREATE TABLE account (
    person TEXT PRIMARY KEY REFERENCES person (id),
    password_hash TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

-- Invitations: of the token only its SHA-256.
CREATE TABLE invitation (
    number BIGINT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    token_hash TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    accepted_at TEXT,
    withdrawn_at TEXT
);
CREATE UNIQUE INDEX invitation_token ON invitation (token_hash);
CREATE INDEX invitation_person ON invitation (person, number);

-- Sessions: of the token only its SHA-256. `client` is what the browser calls itself.
CREATE TABLE session (
    number BIGINT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    token_hash TEXT NOT NULL,
    client TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_person ON session (person, number);

-- Roles. Without agency one holds in the whole workspace; with a place, or a kind and id of a part of the plan, for that alone.
CREATE TABLE role_grant (
    number BIGINT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    agency TEXT,
    place TEXT,
    part_kind TEXT,
    part TEXT,
    granted_at TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    ended_at TEXT,
    ended_by TEXT
);
CREATE INDEX role_grant_person ON role_grant (person, number);

-- Tries to sign in that did not succeed, for as long as they count. `account_key` is the SHA-256 of the address that was written:
-- some write their password there.
CREATE TABLE sign_in_attempt (
    number BIGINT PRIMARY KEY,
    account_key TEXT NOT NULL,
    client_address TEXT NOT NULL,
    at_second BIGINT NOT NULL
);

-- The last change of anything but people, found without walking over who signed in.
CREATE INDEX activity_figures ON activity (number) WHERE subject_kind NOT IN ('person', 'session');
