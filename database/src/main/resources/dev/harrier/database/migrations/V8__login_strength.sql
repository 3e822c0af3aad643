-- How sure a login is, as the claims acr and amr say it: of a browser's session, and of what came of it.
ALTER TABLE browser_session ADD COLUMN acr text;
ALTER TABLE browser_session ADD COLUMN amr text[] NOT NULL DEFAULT '{}';
ALTER TABLE login_grant ADD COLUMN acr text;
ALTER TABLE login_grant ADD COLUMN amr text[] NOT NULL DEFAULT '{}';
