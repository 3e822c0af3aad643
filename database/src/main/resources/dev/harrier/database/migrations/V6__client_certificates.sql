-- The name that a client's certificate bears ("dns:worker.example.com"); null for one with a secret or a key.
ALTER TABLE oauth_client ADD COLUMN certificate_name text;
