package dev.harrier.spi;

/** What a node is; decides which rule the engine applies to it. Rows hold the name. */
public enum NodeKind {
  START,
  END,
  TASK,
  SUBWORKFLOW,
  LAUNCH_PLAN,
  BRANCH,
  ARRAY,
  GATE
}
