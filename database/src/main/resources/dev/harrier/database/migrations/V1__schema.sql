-- The first schema. Rows that are written often carry their primary key and nothing else: every
-- further index on them, and every indexed column that changes, costs a multiple in WAL.
-- Numbers of phases, states and modes are those of Flyte's protocol.

-- Inventory

CREATE TABLE project (
  id text PRIMARY KEY,
  name text NOT NULL,
  description text NOT NULL,
  labels bytea NOT NULL, -- flyteidl.admin.Labels
  state smallint NOT NULL,
  created_at timestamptz NOT NULL
);

-- A name of a task, workflow or launch plan in all of its versions, with what users say of it.
CREATE TABLE named_entity (
  resource_type smallint NOT NULL,
  project text NOT NULL,
  domain text NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  state smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (resource_type, project, domain, name)
);

CREATE TABLE description_entity (
  resource_type smallint NOT NULL,
  project text NOT NULL,
  domain text NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  short_description text NOT NULL,
  long_description bytea NOT NULL, -- flyteidl.admin.Description
  source_link text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (resource_type, project, domain, name, version)
);

CREATE TABLE task (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project text NOT NULL,
  domain text NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  type text NOT NULL,
  short_description text NOT NULL,
  template bytea NOT NULL, -- flyteidl.core.TaskTemplate
  digest bytea NOT NULL, -- of the spec
  created_at timestamptz NOT NULL,
  UNIQUE (project, domain, name, version)
);
CREATE INDEX task_newest ON task (project, domain, created_at, key);
CREATE INDEX task_versions ON task (project, domain, name, created_at, key);

-- Compiled graphs, each once.
CREATE TABLE closure (
  digest text PRIMARY KEY, -- SHA-256 of the bytes, in hex
  bytes bytea NOT NULL -- flyteidl.core.CompiledWorkflowClosure
);

CREATE TABLE workflow (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project text NOT NULL,
  domain text NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  short_description text NOT NULL,
  interface bytea NOT NULL, -- flyteidl.core.TypedInterface
  closure_digest text NOT NULL REFERENCES closure,
  digest bytea NOT NULL, -- of the spec
  created_at timestamptz NOT NULL,
  UNIQUE (project, domain, name, version)
);
CREATE INDEX workflow_newest ON workflow (project, domain, created_at, key);
CREATE INDEX workflow_versions ON workflow (project, domain, name, created_at, key);

CREATE TABLE launch_plan (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project text NOT NULL,
  domain text NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  workflow_project text NOT NULL,
  workflow_domain text NOT NULL,
  workflow_name text NOT NULL,
  workflow_version text NOT NULL,
  state smallint NOT NULL, -- 0 inactive, 1 active
  schedule_type smallint NOT NULL, -- 0 none, 1 cron, 2 fixed rate
  spec bytea NOT NULL, -- flyteidl.admin.LaunchPlanSpec
  expected_inputs bytea NOT NULL, -- flyteidl.core.ParameterMap
  expected_outputs bytea NOT NULL, -- flyteidl.core.VariableMap
  digest bytea NOT NULL, -- of the spec
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (project, domain, name, version)
);
CREATE UNIQUE INDEX launch_plan_active ON launch_plan (project, domain, name) WHERE state = 1;
CREATE INDEX launch_plan_newest ON launch_plan (project, domain, created_at, key);
CREATE INDEX launch_plan_versions ON launch_plan (project, domain, name, created_at, key);

-- Settings that an administrator keeps for a project, a domain of it, or one workflow; empty text
-- where a level does not apply.
CREATE TABLE matchable_attributes (
  project text NOT NULL,
  domain text NOT NULL,
  workflow text NOT NULL,
  resource_type smallint NOT NULL,
  attributes bytea NOT NULL, -- flyteidl.admin.MatchingAttributes
  PRIMARY KEY (project, domain, workflow, resource_type)
);

-- Executions

CREATE TABLE execution (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent_key bigint, -- of the execution whose node waits for this one
  created_at timestamptz NOT NULL,
  -- The engine writes the next columns and nobody else does.
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  revision integer NOT NULL DEFAULT 0,
  phase smallint NOT NULL,
  failure_kind smallint,
  failure_recoverable boolean,
  failure_code text,
  failure_message text,
  outputs bytea, -- flyteidl.core.LiteralMap
  abort_cause text,
  abort_principal text,
  -- Admin writes the others.
  shard smallint NOT NULL,
  mode smallint NOT NULL,
  state smallint NOT NULL DEFAULT 0,
  abort_requested_at timestamptz,
  abort_requested_by text,
  abort_requested_cause text,
  state_changed_at timestamptz,
  state_changed_by text,
  project text NOT NULL,
  domain text NOT NULL,
  name text NOT NULL,
  workflow_project text NOT NULL,
  workflow_domain text NOT NULL,
  workflow_name text NOT NULL,
  workflow_version text NOT NULL,
  launch_plan_project text NOT NULL,
  launch_plan_domain text NOT NULL,
  launch_plan_name text NOT NULL,
  launch_plan_version text NOT NULL,
  single_task boolean NOT NULL, -- the launch plan columns name a task
  closure_digest text NOT NULL,
  principal text NOT NULL,
  tags text[] NOT NULL,
  parent_node_path text,
  spec bytea NOT NULL, -- flyteidl.admin.ExecutionSpec, without inputs
  inputs bytea NOT NULL, -- flyteidl.core.LiteralMap, complete
  settings bytea NOT NULL, -- harrier.engine.v1.ExecutionSettings
  UNIQUE (project, domain, name)
) WITH (fillfactor = 80);
CREATE INDEX execution_newest ON execution (project, domain, created_at, key);
CREATE INDEX execution_of_workflow
  ON execution (project, domain, workflow_name, created_at, key);
CREATE INDEX execution_of_launch_plan
  ON execution (project, domain, launch_plan_name, created_at, key);
CREATE INDEX execution_of_parent ON execution (parent_key) WHERE parent_key IS NOT NULL;

CREATE TABLE node_execution (
  execution_key bigint NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  revision integer NOT NULL,
  attempt integer NOT NULL,
  retry_group integer NOT NULL,
  phase smallint NOT NULL,
  failure_kind smallint,
  failure_recoverable boolean,
  failure_code text,
  failure_message text,
  outputs bytea, -- flyteidl.core.LiteralMap
  child_project text,
  child_domain text,
  child_name text,
  state bytea NOT NULL, -- harrier.engine.v1.NodeState
  kind text NOT NULL,
  path text NOT NULL,
  parent text NOT NULL,
  spec_node_id text NOT NULL,
  inputs bytea NOT NULL, -- flyteidl.core.LiteralMap
  PRIMARY KEY (execution_key, path)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE attempt (
  execution_key bigint NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  number integer NOT NULL,
  revision integer NOT NULL,
  phase smallint NOT NULL,
  failure_kind smallint,
  failure_recoverable boolean,
  failure_code text,
  failure_message text,
  host text NOT NULL,
  log_uri text NOT NULL,
  node_path text NOT NULL,
  PRIMARY KEY (execution_key, node_path, number)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

-- Attempts that their runtime was not yet told to forget. A table of its own: as a column of the
-- attempt it would need an index whose key changes.
CREATE TABLE held_attempt (
  shard smallint NOT NULL,
  execution_key bigint NOT NULL,
  number integer NOT NULL,
  node_path text NOT NULL,
  PRIMARY KEY (shard, execution_key, node_path, number)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE timer (
  execution_key bigint NOT NULL,
  due_at timestamptz NOT NULL,
  attempt integer NOT NULL,
  shard smallint NOT NULL,
  kind text NOT NULL,
  node_path text NOT NULL,
  PRIMARY KEY (execution_key, node_path, kind)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX timer_due ON timer (shard, due_at);

-- What is asked of executions; a row goes with the batch that holds its effect.
CREATE TABLE command (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  execution_key bigint NOT NULL,
  shard smallint NOT NULL,
  payload bytea NOT NULL -- harrier.engine.v1.EngineCommand
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Executions that admin is to create for waiting nodes.
CREATE TABLE child_request (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  execution_key bigint NOT NULL, -- the parent's
  payload bytea NOT NULL -- harrier.engine.v1.ChildRequest
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE shard (
  id smallint PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 0,
  sequence bigint NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  batch uuid,
  owner text
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
INSERT INTO shard (id) SELECT generate_series(0, 255);
