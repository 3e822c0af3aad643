-- A shard's row, which every commit reads, changes with its owner and no more with each commit or
-- renewal: while somebody holds an old snapshot open every version of a row is kept, and finding the
-- newest among thousands of them slowed each commit.
ALTER TABLE shard DROP COLUMN sequence, DROP COLUMN batch, DROP COLUMN lease_until;
ALTER TABLE shard RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);

CREATE TABLE shard_lease (
  shard smallint PRIMARY KEY,
  lease_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
INSERT INTO shard_lease (shard) SELECT id FROM shard;

-- Batches of the last minutes, to be asked for after a lost answer.
CREATE TABLE batch (
  id uuid PRIMARY KEY,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  shards smallint[] -- that were written; null if it was asked for before it came, and so never comes
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000);
