package dev.harrier.propeller.loop;

/**
 * Counts what a loop does, for whoever shows it. Called on loop threads: an implementation returns
 * at once.
 */
public interface LoopMeter {
  /** A batch was committed. */
  void committed(int executions, int records, long nanos);

  /** A batch's outcome was asked for after its answer was lost. */
  void outcomeAsked(boolean wasCommitted);

  /** A shard was lost to somebody else, or given up. */
  void shardLost(int shard);

  /** An execution could not be decided on or recorded. */
  void poisoned(boolean parked);

  /** Counts nothing. */
  static LoopMeter none() {
    return new LoopMeter() {
      @Override
      public void committed(int executions, int records, long nanos) {}

      @Override
      public void outcomeAsked(boolean wasCommitted) {}

      @Override
      public void shardLost(int shard) {}

      @Override
      public void poisoned(boolean parked) {}
    };
  }
}
