package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.child.ChildLauncher;
import dev.harrier.admin.child.LaunchChild;
import dev.harrier.admin.dataproxy.DataProxyRpc;
import dev.harrier.admin.dataproxy.OfferDownload;
import dev.harrier.admin.dataproxy.OfferUpload;
import dev.harrier.admin.execution.ChangeExecution;
import dev.harrier.admin.execution.CreateExecution;
import dev.harrier.admin.execution.ExecutionQueries;
import dev.harrier.admin.execution.ExecutionRpc;
import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.admin.execution.LaunchTargets;
import dev.harrier.admin.execution.RepeatExecution;
import dev.harrier.admin.execution.SettingsMerge;
import dev.harrier.admin.execution.SingleTaskWorkflow;
import dev.harrier.admin.execution.SpecGuards;
import dev.harrier.admin.execution.UnservedRpc;
import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.journal.PostgresJournal;
import dev.harrier.admin.nodeexecution.NodeExecutionQueries;
import dev.harrier.admin.nodeexecution.NodeExecutionRpcs;
import dev.harrier.admin.nodeexecution.NodeExecutionStore;
import dev.harrier.admin.nodeexecution.NodeExecutionView;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.admin.query.BoundPageTokens;
import dev.harrier.admin.task.TaskGuards;
import dev.harrier.admin.taskexecution.TaskExecutionQueries;
import dev.harrier.admin.taskexecution.TaskExecutionRpcs;
import dev.harrier.admin.taskexecution.TaskExecutionStore;
import dev.harrier.admin.taskexecution.TaskExecutionView;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.Journal;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Puts the packages of this room together: its services, and the journal for the engine. */
public final class AdminServices implements AutoCloseable {
  private final List<BindableService> services;
  private final PostgresJournal journal;
  private final ChildLauncher children;

  private AdminServices(
      List<BindableService> services, PostgresJournal journal, ChildLauncher children) {
    this.services = List.copyOf(services);
    this.journal = requireNonNull(journal, "journal");
    this.children = requireNonNull(children, "children");
  }

  /**
   * Wires all of them, and makes the configured projects that are missing.
   *
   * @throws dev.harrier.spi.StoreUnavailableException if the database is out of reach
   */
  public static AdminServices open(
      Database database,
      BlobStore blobs,
      Access access,
      AdminSettings settings,
      InstantSource clock) {
    var exchange = new CommandExchange();
    var projects = new ProjectCheck(database, settings.projects());
    var targets = new LaunchTargets(new SingleTaskWorkflow());
    var guards = new SpecGuards(access, blobs::key);
    var children =
        new ChildLauncher(database, new LaunchChild(targets, projects, guards), exchange);
    var journal = new PostgresJournal(database.engine(), exchange, children::wake);

    var store = new ExecutionStore(database);
    var create =
        new CreateExecution(
            database,
            projects,
            access,
            guards,
            targets,
            new SettingsMerge(settings.executions()),
            exchange);
    var executions =
        new ExecutionRpc(
            create,
            new RepeatExecution(store, access, guards, create),
            new ChangeExecution(store, access, exchange),
            new ExecutionQueries(store, access, blobs));

    var nodes =
        new NodeExecutionQueries(
            new NodeExecutionStore(database, new NodeExecutionView(blobs, clock)), access, blobs);
    var attempts =
        new TaskExecutionQueries(
            new TaskExecutionStore(database, new TaskExecutionView(blobs, clock, settings.logs())),
            access,
            blobs);
    var dataProxy =
        new DataProxyRpc(
            new OfferUpload(access, projects, blobs, settings.dataProxy()),
            new OfferDownload(nodes, attempts, access, blobs, settings.dataProxy()));

    var unserved = new UnservedRpc(access);
    var admin =
        new AdminRpc(
            InventoryRpcs.open(
                database,
                access,
                guards,
                new TaskGuards(access, settings.images()),
                settings.projects(),
                settings.version()),
            new ExecutionRpcs(
                executions,
                new NodeExecutionRpcs(nodes),
                new TaskExecutionRpcs(attempts),
                unserved));
    var services =
        Stream.of(admin, dataProxy, new SignalRpc(unserved), new CatalogRpc(access))
            .map(service -> BoundPageTokens.around(service, settings.pageTokens()))
            .toList();
    return new AdminServices(services, journal, children);
  }

  /** AdminService, DataProxyService, SignalService and DataCatalog. */
  public List<BindableService> services() {
    return services;
  }

  /** Where the engine reads and writes. */
  public Journal journal() {
    return journal;
  }

  /** The same for engines of other processes, which is to be asked only of what is theirs. */
  public Journal journalForOthers() {
    return journal.comparing();
  }

  /** The shards of all owners whose names begin so. */
  public Set<Integer> shardsHeldBy(String ownerPrefix) {
    return journal.heldBy(ownerPrefix);
  }

  /** Begins to create the children that nodes ask for. */
  public void start() {
    children.start();
  }

  /** Stops doing so; the services answer as long as the database does. */
  @Override
  public void close() {
    children.close();
  }
}
