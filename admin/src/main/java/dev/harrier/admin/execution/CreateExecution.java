package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Labels;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.compiler.InputChecks;
import dev.harrier.database.Database;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.ExecutionOuterClass.SystemMetadata;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Creates an execution for a caller. */
public final class CreateExecution {
  private final Database database;
  private final ProjectCheck projects;
  private final Access access;
  private final SpecGuards guards;
  private final LaunchTargets targets;
  private final SettingsMerge settings;
  private final CommandExchange exchange;
  private final ExecutionName names = new ExecutionName();

  public CreateExecution(
      Database database,
      ProjectCheck projects,
      Access access,
      SpecGuards guards,
      LaunchTargets targets,
      SettingsMerge settings,
      CommandExchange exchange) {
    this.database = requireNonNull(database, "database");
    this.projects = requireNonNull(projects, "projects");
    this.access = requireNonNull(access, "access");
    this.guards = requireNonNull(guards, "guards");
    this.targets = requireNonNull(targets, "targets");
    this.settings = requireNonNull(settings, "settings");
    this.exchange = requireNonNull(exchange, "exchange");
  }

  /**
   * What a caller asks for.
   *
   * @param name empty for one that is made up
   * @param inputs those without a default at least
   */
  public record Request(
      String project, String domain, String name, Optional<ExecutionSpec> spec, LiteralMap inputs) {
    public Request {
      requireNonNull(project, "project");
      requireNonNull(domain, "domain");
      requireNonNull(name, "name");
      requireNonNull(spec, "spec");
      requireNonNull(inputs, "inputs");
    }
  }

  /**
   * Creates it. When this returns, the execution will run whatever happens to this process.
   *
   * @return its id
   * @throws dev.harrier.spi.RejectedException ALREADY_EXISTS if the name is taken, NOT_FOUND if
   *     there is nothing to launch, INVALID_ARGUMENT if the request or its inputs are wrong
   */
  public ExecutionId create(Caller caller, Request request) {
    Required.text(request.project(), "project");
    Required.text(request.domain(), "domain");
    var scope = Scope.of(request.project(), request.domain());
    access.require(caller, Permission.EXECUTION_CREATE, scope);
    request
        .spec()
        .ifPresent(
            spec ->
                guards.require(
                    caller, spec, new ProjectDomain(request.project(), request.domain())));
    return create(caller, request, (inputs, target) -> inputs);
  }

  /**
   * Creates it for one who was asked already whether they may name what the request names.
   *
   * @param request whose inputs are those that another execution ran with
   */
  ExecutionId repeat(Caller caller, Request request) {
    return create(caller, request, RepeatExecution::givable);
  }

  private ExecutionId create(
      Caller caller, Request request, BiFunction<LiteralMap, LaunchTarget, LiteralMap> given) {
    var id = new ExecutionId(request.project(), request.domain(), names.orNew(request.name()));
    var created =
        database
            .api()
            .run(
                "create the execution",
                connection -> {
                  projects.requireActive(connection, id.scope());
                  return ExecutionStore.insert(
                      connection, complete(connection, caller, id, request, given));
                });
    if (created.isEmpty()) {
      // The project may have been archived since it was looked at.
      projects.requireActive(id.scope());
      throw Rejection.alreadyExists(
          "value with matching already exists (duplicate key value violates unique constraint"
              + " \"executions_pkey\"): an execution named '%s' exists in project '%s', domain '%s'",
          id.name(), id.project(), id.domain());
    }
    exchange.handOver(List.of(created.get()));
    return id;
  }

  private NewExecution complete(
      Connection connection,
      Caller caller,
      ExecutionId id,
      Request request,
      BiFunction<LiteralMap, LaunchTarget, LiteralMap> given)
      throws SQLException {
    Required.present(request.spec().isPresent(), "spec");
    var spec = request.spec().orElseThrow();
    var launched = checked(spec);
    access.require(caller, Permission.INVENTORY_READ, Identifiers.scope(launched));
    checkLiterals(request.inputs());
    Labels.check(spec.getLabels().getValuesMap());
    var target =
        targets.find(connection, launched).orElseThrow(() -> Identifiers.missing(launched));
    guards.require(caller, launched, target, id.scope());
    return assemble(
        id,
        spec,
        given.apply(request.inputs(), target),
        target,
        new Originator(caller.principal(), guards.held(caller, id.scope())));
  }

  /** Puts an execution together from what was asked for and what is launched. */
  private NewExecution assemble(
      ExecutionId id,
      ExecutionSpec spec,
      LiteralMap given,
      LaunchTarget target,
      Originator originator) {
    var fixed = target.plan().getFixedInputs();
    var problems = InputChecks.check(target.expectedInputs(), fixed, given);
    if (!problems.isEmpty()) {
      throw Rejection.invalid("%s", String.join("; ", problems));
    }
    var merged = settings.merge(spec, target.plan(), target.workflow(), originator);
    var shown =
        OlderFields.withoutInputs(spec)
            .setMaxParallelism(merged.getMaxParallelism())
            .setMetadata(metadata(id, spec.getMetadata(), originator.principal()))
            .build();
    return new NewExecution(
        id,
        shown,
        InputChecks.merge(target.expectedInputs(), fixed, given),
        merged,
        target.closureDigest(),
        target.workflow(),
        originator.principal(),
        Optional.empty());
  }

  private static ExecutionMetadata metadata(
      ExecutionId id, ExecutionMetadata given, String principal) {
    return given.toBuilder()
        .setPrincipal(principal)
        .setSystemMetadata(
            SystemMetadata.newBuilder().setNamespace(id.project() + "-" + id.domain()))
        .build();
  }

  private static Identifier checked(ExecutionSpec spec) {
    var launched = spec.getLaunchPlan();
    Required.present(spec.hasLaunchPlan(), "id");
    Identifiers.checkFields(launched);
    if (launched.getResourceType() != ResourceType.LAUNCH_PLAN
        && launched.getResourceType() != ResourceType.TASK) {
      throw Rejection.invalid(
          "Invalid reference entity resource type [%s], only [LAUNCH_PLAN, TASK] allowed",
          launched.getResourceType());
    }
    for (var tag : OlderFields.tags(spec)) {
      Required.text(tag, "tag");
    }
    // The organization is Flyte's own reserve; rows do not hold it.
    return launched.toBuilder().clearOrg().build();
  }

  private static void checkLiterals(LiteralMap inputs) {
    for (Map.Entry<String, Literal> input : inputs.getLiteralsMap().entrySet()) {
      if (input.getKey().isEmpty()) {
        throw Rejection.invalid("missing key in inputs");
      }
      if (input.getValue().getValueCase() == Literal.ValueCase.VALUE_NOT_SET) {
        throw Rejection.invalid("missing valid literal in inputs %s", input.getKey());
      }
    }
  }
}
