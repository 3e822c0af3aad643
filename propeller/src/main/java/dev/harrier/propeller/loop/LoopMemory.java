package dev.harrier.propeller.loop;

/** What a loop has in memory; all of it is also in rows. For one thread. */
record LoopMemory(Inbox inbox, Leases leases, Timers timers, Executions executions) {
  LoopMemory(Executions executions) {
    this(new Inbox(), new Leases(), new Timers(), executions);
  }

  /** The shard is not this loop's any more: its executions and timers are somebody else's. */
  void forgetShard(int shard) {
    leases.lost(shard);
    timers.drop(shard);
    executions.forgetShard(shard);
  }
}
