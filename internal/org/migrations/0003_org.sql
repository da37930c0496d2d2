-- The organisation. Rows of departments, people and memberships carry the generations in which they are visible: from gen_from up to,
-- not including, gen_to (4611686018427387904: until further notice). Readers use the views without _row, which show the generation
-- that org_head names. An import stages its rows for the next generation, piece by piece, and shows them all by one update of org_head.
CREATE TABLE org_head (
	id ID_PRIMARY_KEY,
	version BIGINT NOT NULL,   -- rises with every change of the organisation; see org_change
	gen BIGINT NOT NULL,       -- the visible generation
	import_id BIGINT NOT NULL  -- the import that is staging or cleaning up; 0: none
);
INSERT INTO org_head (id, version, gen, import_id) VALUES (1, 1, 1, 0);

-- What changed with which version, so that copies in memory are brought up to date without reading everything.
CREATE TABLE org_change (
	version ID_PRIMARY_KEY,
	kind TEXT NOT NULL,        -- d department, p person, c catalogues (positions and ranks), a all
	object_id BIGINT NOT NULL  -- 0 for c and a
);

CREATE TABLE org_import (
	id ID_PRIMARY_KEY,
	gen BIGINT NOT NULL,        -- the generation it makes
	state TEXT NOT NULL,        -- staging, shown, done, undone
	actor_id BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	touched_at BIGINT NOT NULL, -- raised with every piece; an import that was not touched for a minute has lost its process
	counts TEXT NOT NULL        -- JSON, for the trail
);

-- Creating requests that were carried out: the same client_id gives the same thing for ever.
CREATE TABLE org_request (
	actor_id BIGINT NOT NULL,
	place TEXT NOT NULL,
	client_key BYTES NOT NULL,
	request_hash BYTES NOT NULL,
	object_id BIGINT NOT NULL,
	PRIMARY KEY (actor_id, place, client_key)
);

CREATE TABLE department_row (
	id BIGINT NOT NULL,
	gen_from BIGINT NOT NULL,
	gen_to BIGINT NOT NULL,
	parent_id BIGINT NOT NULL,  -- 0: at the top
	name BINARY_TEXT NOT NULL,
	code BINARY_TEXT NOT NULL,
	sort BIGINT NOT NULL,       -- among its sisters; equal ones by id
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	rev BIGINT NOT NULL,
	PRIMARY KEY (id, gen_from)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX department_parent ON department_row (parent_id);
CREATE UNIQUE INDEX department_code ON department_row (code) WHERE code <> '' AND gen_to = 4611686018427387904;

CREATE TABLE position_row (
	id ID_PRIMARY_KEY,
	gen_from BIGINT NOT NULL,
	name BINARY_TEXT NOT NULL,
	code BINARY_TEXT NOT NULL
);
CREATE UNIQUE INDEX position_name ON position_row (name);
CREATE UNIQUE INDEX position_code ON position_row (code) WHERE code <> '';

CREATE TABLE rank_row (
	id ID_PRIMARY_KEY,
	gen_from BIGINT NOT NULL,
	name BINARY_TEXT NOT NULL,
	code BINARY_TEXT NOT NULL,
	level BIGINT NOT NULL       -- larger is higher
);
CREATE UNIQUE INDEX rank_name ON rank_row (name);
CREATE UNIQUE INDEX rank_code ON rank_row (code) WHERE code <> '';

CREATE TABLE person_row (
	id BIGINT NOT NULL,
	gen_from BIGINT NOT NULL,
	gen_to BIGINT NOT NULL,
	name BINARY_TEXT NOT NULL,
	name_en BINARY_TEXT NOT NULL,
	sort_key BINARY_TEXT NOT NULL,     -- by what lists are ordered: the name in pinyin
	login BINARY_TEXT NOT NULL,        -- lower case
	employee_no BINARY_TEXT NOT NULL,
	employee_key BINARY_TEXT NOT NULL, -- employee_no, folded
	email BINARY_TEXT NOT NULL,        -- lower case
	mobile BINARY_TEXT NOT NULL,
	mobile_key BINARY_TEXT NOT NULL,   -- its digits without +86
	status TEXT NOT NULL,              -- invited, active, suspended, departed
	rank_id BIGINT NOT NULL,
	manager_id BIGINT NOT NULL,
	location BINARY_TEXT NOT NULL,
	hired_on TEXT NOT NULL,            -- 2006-01-02 or ''
	locale TEXT NOT NULL,
	source TEXT NOT NULL,              -- manual or import: an import that replaces lets only its own people go
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	rev BIGINT NOT NULL,
	PRIMARY KEY (id, gen_from)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE UNIQUE INDEX person_login ON person_row (login) WHERE login <> '' AND gen_to = 4611686018427387904;
CREATE UNIQUE INDEX person_employee ON person_row (employee_key) WHERE employee_key <> '' AND gen_to = 4611686018427387904;
-- The unique ones hold only the newest generation, so readers of the visible one cannot use them.
CREATE INDEX person_by_login ON person_row (login) WHERE login <> '';
CREATE INDEX person_by_employee ON person_row (employee_key) WHERE employee_key <> '';
CREATE INDEX person_email ON person_row (email) WHERE email <> '';
CREATE INDEX person_mobile ON person_row (mobile_key) WHERE mobile_key <> '';
CREATE INDEX person_manager ON person_row (manager_id) WHERE manager_id <> 0;

CREATE TABLE membership_row (
	person_id BIGINT NOT NULL,
	department_id BIGINT NOT NULL,
	position_id BIGINT NOT NULL, -- 0: none
	gen_from BIGINT NOT NULL,
	gen_to BIGINT NOT NULL,
	is_primary BIGINT NOT NULL,
	title BINARY_TEXT NOT NULL,
	sort BIGINT NOT NULL,        -- among the people of the department; equal ones by name
	PRIMARY KEY (person_id, department_id, position_id, gen_from)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX membership_department ON membership_row (department_id);
CREATE INDEX membership_position ON membership_row (position_id) WHERE position_id <> 0;

-- By what people are found. Derived from person_row by keysOf; the kinds are the order of hits.
CREATE TABLE person_key (
	kind BIGINT NOT NULL,
	key BINARY_TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	PRIMARY KEY (kind, key, person_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:

CREATE VIEW department AS SELECT id, parent_id, name, code, sort, created_at, updated_at, rev
	FROM department_row WHERE gen_from <= (SELECT gen FROM org_head) AND gen_to > (SELECT gen FROM org_head);
CREATE VIEW person AS SELECT id, name, name_en, sort_key, login, employee_no, employee_key, email, mobile, mobile_key, status, rank_id,
	manager_id, location, hired_on, locale, source, created_at, updated_at, rev
	FROM person_row WHERE gen_from <= (SELECT gen FROM org_head) AND gen_to > (SELECT gen FROM org_head);
CREATE VIEW membership AS SELECT person_id, department_id, position_id, is_primary, title, sort
	FROM membership_row WHERE gen_from <= (SELECT gen FROM org_head) AND gen_to > (SELECT gen FROM org_head);
CREATE VIEW position AS SELECT id, name, code FROM position_row WHERE gen_from <= (SELECT gen FROM org_head);
CREATE VIEW rank AS SELECT id, name, code, level FROM rank_row WHERE gen_from <= (SELECT gen FROM org_head);
