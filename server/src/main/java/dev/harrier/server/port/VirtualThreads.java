package dev.harrier.server.port;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Runs each handler on a virtual thread of its own; only what is scheduled waits on a timer. */
final class VirtualThreads extends ScheduledThreadPoolExecutor {
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  VirtualThreads() {
    super(1, Thread.ofPlatform().daemon().name("harrier-timer").factory());
  }

  @Override
  public void execute(Runnable task) {
    workers.execute(task);
  }

  @Override
  public Future<?> submit(Runnable task) {
    return workers.submit(task);
  }

  @Override
  public <T> Future<T> submit(Runnable task, T result) {
    var future = new FutureTask<>(task, result);
    workers.execute(future);
    return future;
  }

  @Override
  public <T> Future<T> submit(Callable<T> task) {
    return workers.submit(task);
  }

  @Override
  public void shutdown() {
    workers.shutdown();
    super.shutdown();
  }
}
