-- Who is logged in at a browser, and whom outside providers know. What opens a door is here as its SHA-256 alone.

-- People of outside providers, as they were when they last logged in or were last asked about.
CREATE TABLE outside_person (
  principal text PRIMARY KEY, -- user:<issuer>|<subject>
  issuer text NOT NULL,
  subject text NOT NULL,
  groups text[] NOT NULL,
  name text NOT NULL, -- for people to read, '' if the provider told none
  email text NOT NULL,
  seen_at timestamptz NOT NULL,
  disabled_at timestamptz
);

-- One login of one browser.
CREATE TABLE browser_session (
  id uuid PRIMARY KEY, -- its name in lists; opens nothing
  digest bytea NOT NULL UNIQUE, -- of what the cookie holds
  principal text NOT NULL,
  provider text, -- null for a user of this installation
  agent text NOT NULL, -- what the browser says that it is
  address text NOT NULL,
  created_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  renewal bytea, -- the provider's refresh token, sealed with a key that is not in the database
  checked_at timestamptz NOT NULL -- when the provider last vouched for the person
);
CREATE INDEX browser_session_of_principal ON browser_session (principal);
CREATE INDEX browser_session_ends ON browser_session (ends_at);

-- What came of a session ends when somebody ends the session.
ALTER TABLE login_grant ADD COLUMN session_id uuid;
CREATE INDEX login_grant_of_session ON login_grant (session_id) WHERE session_id IS NOT NULL;
ALTER TABLE device_login ADD COLUMN session_id uuid;
