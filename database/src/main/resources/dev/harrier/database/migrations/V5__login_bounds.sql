-- What keeps logins from filling the database.

-- Until when the refreshes of a grant are paid for: each costs a few seconds, and only some minutes can be owed.
ALTER TABLE login_grant ADD COLUMN refreshes_until timestamptz;

-- Where a device's login was begun: for its bound, and for the user to see.
ALTER TABLE device_login ADD COLUMN address text NOT NULL DEFAULT '';
CREATE INDEX device_login_of_address ON device_login (address);
