-- Who logs in, with which client, and what came of it. Whatever opens a door (secrets, codes, tokens, links) is
-- here as its SHA-256 alone: each is 256 random bits, or lives for minutes. Passwords are Argon2id.

-- Users whom no outside provider knows. A name is never given to another: tokens and executions carry it.
CREATE TABLE local_user (
  name text PRIMARY KEY,
  administrator boolean NOT NULL,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz,
  password text, -- null until its owner chose one
  password_at timestamptz
);

-- Each is good for choosing a password once.
CREATE TABLE password_link (
  digest bytea PRIMARY KEY,
  user_name text REFERENCES local_user ON DELETE CASCADE, -- null: it makes the first administrator
  expires_at timestamptz NOT NULL
);

-- Guesses since the last success, by user and by address.
CREATE TABLE login_failure (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  wait_until timestamptz NOT NULL
);

-- Programs with credentials of their own.
CREATE TABLE oauth_client (
  id text PRIMARY KEY,
  administrator boolean NOT NULL,
  secret_digest bytea, -- null for a client that signs with a key
  jwks text, -- its public keys, null for a client with a secret
  redirect_uris text[] NOT NULL,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz
);

-- What one login gave to one client: the family of its code and tokens, which end together.
CREATE TABLE login_grant (
  id uuid PRIMARY KEY,
  client_id text NOT NULL,
  subject text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX login_grant_of_subject ON login_grant (subject);
CREATE INDEX login_grant_ends ON login_grant (ends_at);

CREATE TABLE authorization_code (
  digest bytea PRIMARY KEY,
  grant_id uuid NOT NULL REFERENCES login_grant ON DELETE CASCADE,
  redirect_uri text NOT NULL,
  challenge text NOT NULL, -- of PKCE, S256
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX authorization_code_of_grant ON authorization_code (grant_id);

-- Used ones stay as long as their grant: whoever shows one again stole it, or was stolen from.
CREATE TABLE refresh_token (
  digest bytea PRIMARY KEY,
  grant_id uuid NOT NULL REFERENCES login_grant ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_token_of_grant ON refresh_token (grant_id);

CREATE TABLE device_login (
  digest bytea PRIMARY KEY, -- of the device's code
  user_code_digest bytea NOT NULL UNIQUE,
  client_id text NOT NULL,
  scopes text[] NOT NULL,
  expires_at timestamptz NOT NULL,
  interval_seconds integer NOT NULL,
  next_poll_at timestamptz NOT NULL,
  subject text, -- who allowed it
  denied boolean NOT NULL DEFAULT false
);

-- Ids of grants and of single tokens that ended early, for as long as access tokens of them may be about.
CREATE TABLE revocation (
  id text PRIMARY KEY,
  until timestamptz NOT NULL
);

-- Assertions that clients signed and used; each is good once.
CREATE TABLE client_assertion (
  client_id text NOT NULL,
  assertion_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (client_id, assertion_id)
);
