-- Secrets of tasks. What they hold is sealed with a key of each row's own, and that key is wrapped with a master key that is not
-- in the database; both seals name the row's place and names, so that a row put elsewhere does not open.
CREATE TABLE secret (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project text NOT NULL, -- '' for the whole installation
  domain text NOT NULL, -- '' for all domains of the project
  group_name text NOT NULL,
  key_name text NOT NULL,
  group_version text NOT NULL, -- '' for no certain one
  sealed bytea NOT NULL,
  data_key bytea NOT NULL, -- wrapped
  master_key text NOT NULL, -- which one wraps it
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  CHECK (project <> '' OR domain = ''),
  UNIQUE (group_name, key_name, group_version, project, domain)
);
CREATE INDEX secret_of_master_key ON secret (master_key);

-- Secrets of one project that another may use. At most one of a name, so that which one is meant does not hang on an order.
CREATE TABLE secret_grant (
  project text NOT NULL,
  domain text NOT NULL, -- '' for all domains of the project
  group_name text NOT NULL,
  key_name text NOT NULL,
  group_version text NOT NULL,
  secret_id bigint NOT NULL REFERENCES secret ON DELETE CASCADE,
  granted_at timestamptz NOT NULL,
  granted_by text NOT NULL,
  PRIMARY KEY (group_name, key_name, group_version, project, domain)
);
CREATE INDEX secret_grant_of_secret ON secret_grant (secret_id);
