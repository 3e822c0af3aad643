-- The access policy, where processes share one: every text that was put, the one with the highest number in force.
CREATE TABLE access_policy (
  number bigint PRIMARY KEY, -- from 1 without gaps: who writes the next one has seen the last
  text text NOT NULL,
  etag text NOT NULL,
  written_by text NOT NULL,
  written_at timestamptz NOT NULL
);
