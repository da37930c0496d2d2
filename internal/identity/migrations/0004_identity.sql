-- What identity knows about a person; made on first need. The row is also what every act on a person's access locks.
CREATE TABLE account (
	person_id  ID_PRIMARY_KEY,
	password   TEXT NOT NULL,   -- encoded argon2id hash with its parameters; '' when none was chosen yet
	changed_at BIGINT NOT NULL, -- when the password was chosen
	settings   TEXT NOT NULL    -- the person's own settings as JSON; '' for none
);

CREATE TABLE session (
	id          ID_PRIMARY_KEY,
	token_hash  BYTES NOT NULL,  -- SHA-256 of the token
	person_id   BIGINT NOT NULL,
	device_name TEXT NOT NULL,
	platform    TEXT NOT NULL,
	address     TEXT NOT NULL,   -- of the last use that was noted
	created_at  BIGINT NOT NULL,
	seen_at     BIGINT NOT NULL, -- noted at most every 5 minutes
	proved_at   BIGINT NOT NULL, -- when the password was last given
	ended_at    BIGINT NOT NULL  -- 0: alive. Ended ones are kept for a while, so that their tokens are answered "session_ended"
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_person ON session (person_id, created_at);
CREATE INDEX session_ended ON session (ended_at, seen_at);

-- One-time links: first set-up, first password, forgotten password.
CREATE TABLE link (
	id          ID_PRIMARY_KEY,
	secret_hash BYTES NOT NULL,  -- SHA-256 of the secret
	kind        TEXT NOT NULL,   -- setup, activation, reset
	person_id   BIGINT NOT NULL, -- 0 for setup
	created_at  BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	used_at     BIGINT NOT NULL  -- 0: not yet
);
CREATE UNIQUE INDEX link_secret ON link (secret_hash);
CREATE INDEX link_person ON link (person_id);

CREATE TABLE role_grant (
	person_id  BIGINT NOT NULL,
	role       BIGINT NOT NULL, -- one bit: 1 system, 2 security, 4 audit administrator
	granted_by BIGINT NOT NULL,
	granted_at BIGINT NOT NULL,
	PRIMARY KEY (person_id, role)
);

-- Devices and networks from which a person signed in: others who guess her password cannot keep her out there.
CREATE TABLE known_origin (
	person_id BIGINT NOT NULL,
	origin    BYTES NOT NULL,  -- SHA-256 of the device's secret, or of the network
	seen_at   BIGINT NOT NULL,
	PRIMARY KEY (person_id, origin)
);
