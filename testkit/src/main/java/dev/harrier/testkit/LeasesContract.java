package dev.harrier.testkit;

import static dev.harrier.testkit.SampleRows.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.spi.Batch;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.ShardLease;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What leases of shards keep others from: a part of {@link JournalContract}. */
public abstract class LeasesContract extends JournalUnderTest {
  @Test
  protected void a_part_under_a_lost_lease_is_left_out_and_the_others_are_written() {
    var lost = create(fresh());
    var kept = createOnAnotherShard(lost);
    var stale = stale(lost);
    var valid = lease(kept);

    var out =
        journal()
            .commit(
                new Batch(
                    UUID.randomUUID(),
                    List.of(
                        new Batch.Part(
                            stale,
                            List.of(
                                new Change(lost).insert(node("n0", NodePhase.QUEUED, 1)).build())),
                        new Batch.Part(
                            valid,
                            List.of(
                                new Change(kept)
                                    .insert(node("n0", NodePhase.QUEUED, 1))
                                    .build())))));

    assertThat(out).containsExactly(lost.shard());
    assertThat(journal().load(List.of(lost.id())).getFirst().nodes()).isEmpty();
    assertThat(journal().load(List.of(kept.id())).getFirst().nodes()).hasSize(1);
  }

  @Test
  protected void a_part_under_a_lease_of_somebody_else_is_left_out() {
    var ref = create(fresh());
    var lease = lease(ref);
    var posing = new ShardLease(lease.shard(), lease.owner() + "x", lease.epoch());

    assertThat(journal().commit(batch(posing, new Change(ref).build())))
        .containsExactly(ref.shard());
    assertThat(journal().commit(batch(lease, new Change(ref).build()))).isEmpty();
  }

  @Test
  protected void a_new_owner_fences_the_old_one_out() {
    var ref = create(fresh());
    var old = lease(ref);

    var taken = take("host/2", ref);

    assertThat(taken.epoch()).isGreaterThan(old.epoch());
    assertThat(journal().renew(List.of(old), LEASE)).isEmpty();
    assertThat(journal().commit(batch(old, new Change(ref).build()))).containsExactly(ref.shard());
    assertThat(journal().commit(batch(taken, new Change(ref).build()))).isEmpty();
  }

  @Test
  protected void another_host_waits_for_the_end_of_a_lease_or_its_release() {
    var ref = create(fresh());
    var lease = lease(ref);

    assertThat(journal().acquire("stranger/1", journal().shardCount(), LEASE))
        .noneMatch(taken -> taken.shard() == ref.shard());
    journal().release(List.of(lease));
    assertThat(journal().acquire("stranger/1", journal().shardCount(), LEASE))
        .anyMatch(taken -> taken.shard() == ref.shard());
  }
}
