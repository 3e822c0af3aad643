package dev.harrier.admin.launchplan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.EmailNotification;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.Notification;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.LaunchPlanOuterClass.ActiveLaunchPlanListRequest;
import flyteidl.admin.LaunchPlanOuterClass.ActiveLaunchPlanRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanMetadata;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanState;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanUpdateRequest;
import flyteidl.admin.ScheduleOuterClass.CronSchedule;
import flyteidl.admin.ScheduleOuterClass.FixedRate;
import flyteidl.admin.ScheduleOuterClass.FixedRateUnit;
import flyteidl.admin.ScheduleOuterClass.Schedule;
import flyteidl.core.Execution.WorkflowExecution.Phase;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.Parameter;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(TestDatabase.class)
final class LaunchPlanRpcTest {
  private final Inventory inventory;
  private final Identifier workflow;

  LaunchPlanRpcTest(Database database) {
    inventory = Inventory.in(database, "plans-" + UUID.randomUUID());
    workflow = Samples.id(ResourceType.WORKFLOW, inventory.project(), "wf", "v1");
  }

  @BeforeEach
  void aWorkflowIsRegistered() {
    var task = Samples.id(ResourceType.TASK, inventory.project(), "t", "v1");
    inventory.create(task, Samples.task());
    inventory.create(workflow, Samples.chain(task, 1));
  }

  @Test
  void a_plan_with_nothing_set_asks_its_callers_for_every_input() {
    inventory.create(plan("v1"), Samples.launchPlan(workflow));

    var read = inventory.launchPlan(plan("v1"));

    assertThat(read.getId()).isEqualTo(plan("v1"));
    assertThat(read.getClosure().getState()).isEqualTo(LaunchPlanState.INACTIVE);
    assertThat(read.getClosure().getExpectedInputs().getParametersMap())
        .containsOnlyKeys("x")
        .allSatisfy((name, parameter) -> assertThat(parameter.getRequired()).isTrue());
    assertThat(read.getSpec().getDefaultInputs()).isEqualTo(read.getClosure().getExpectedInputs());
    assertThat(read.getClosure().getExpectedOutputs()).isEqualTo(Samples.fromXToY().getOutputs());
  }

  @Test
  void what_a_plan_says_comes_back() {
    var spec =
        withDefault(Samples.byDefault(5)).toBuilder()
            .setEntityMetadata(
                LaunchPlanMetadata.newBuilder()
                    .setSchedule(cron("*/5 * * * *"))
                    .addNotifications(
                        Notification.newBuilder()
                            .addPhases(Phase.FAILED)
                            .setEmail(EmailNotification.newBuilder().addRecipientsEmail("a@b"))))
            .setMaxParallelism(7)
            .build();

    inventory.create(plan("v1"), spec);

    assertThat(inventory.launchPlan(plan("v1")).getSpec()).isEqualTo(spec);
    assertThat(list("eq(schedule_type,CRON)")).containsExactly("v1");
    assertThat(list("eq(launch_condition_type,SCHED)")).containsExactly("v1");
    assertThat(list("eq(schedule_type,NONE)")).isEmpty();
    assertThat(list("eq(workflow.name,wf)+eq(workflow.version,v1)")).containsExactly("v1");
    assertThat(list("eq(workflow.name,other)")).isEmpty();
  }

  @Test
  void a_fixed_input_is_not_asked_for() {
    var spec =
        Samples.launchPlan(workflow).toBuilder()
            .setFixedInputs(LiteralMap.newBuilder().putLiterals("x", Samples.literal(3)))
            .build();

    inventory.create(plan("v1"), spec);

    assertThat(inventory.launchPlan(plan("v1")).getClosure().getExpectedInputs().getParametersMap())
        .isEmpty();
  }

  @Test
  void the_same_plan_again_exists_and_another_under_its_id_is_refused() {
    inventory.create(plan("v1"), Samples.launchPlan(workflow));

    var same = refused(plan("v1"), Samples.launchPlan(workflow));
    var other = refused(plan("v1"), withDefault(Samples.byDefault(5)));

    assertThat(same.code()).isEqualTo(Rejection.Code.ALREADY_EXISTS);
    assertThat(same.message()).isEqualTo("launch plan with identical structure already exists");
    assertThat(other.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(other.message())
        .startsWith("lp launch plan with different structure already exists.");
  }

  static Stream<Arguments> faultyPlans() {
    return Stream.of(
        Arguments.of(inputs("z", Samples.byDefault(5)), "unexpected default_input z"),
        Arguments.of(
            inputs("x", Parameter.newBuilder().setVar(integer()).build()),
            "Invalid variable x in default_inputs - variable has neither default, nor is required. One must be specified"),
        Arguments.of(
            inputs("x", Parameter.newBuilder().setRequired(true).build()),
            "The Variable component of the Parameter x in default_inputs either is missing, or has a missing Type"),
        Arguments.of(
            inputs(
                "x", Samples.byDefault(1).toBuilder().setDefault(Samples.literal("one")).build()),
            "Type mismatch for Parameter x in default_inputs: invalid x input wrong type. Expected simple:INTEGER, but got simple:STRING"),
        Arguments.of(
            fixed("x", Samples.literal("one")),
            "invalid fixed_input wrong type x, expected simple:INTEGER, got simple:STRING instead"),
        Arguments.of(fixed("z", Samples.literal(1)), "unexpected fixed_input z"),
        Arguments.of(
            fixed("x", Literal.getDefaultInstance()), "missing valid literal in fixed_inputs x"),
        Arguments.of(
            scheduled(cron("0 * * * *")),
            "Cannot create a launch plan with a schedule if there is an unbound required input. [x] is required"),
        Arguments.of(
            scheduled(cron("0 * * * *").toBuilder().setKickoffTimeInputArg("x").build()),
            "KickoffTimeInputArg must reference a datetime input. [x] is a [simple:INTEGER]"),
        Arguments.of(
            notifying(Notification.newBuilder().addPhases(Phase.FAILED).build()),
            "invalid value for notification type"),
        Arguments.of(
            notifying(
                Notification.newBuilder()
                    .setEmail(EmailNotification.newBuilder())
                    .addPhases(Phase.FAILED)
                    .build()),
            "missing recipients"),
        Arguments.of(
            notifying(
                Notification.newBuilder()
                    .setEmail(EmailNotification.newBuilder().addRecipientsEmail("a@b"))
                    .addPhases(Phase.RUNNING)
                    .build()),
            "invalid value for phase: expected phases that end an execution"));
  }

  @ParameterizedTest
  @MethodSource("faultyPlans")
  void a_faulty_plan_is_refused_with_what_is_wrong(LaunchPlanSpec spec, String message) {
    var refusal = refused(plan("v1"), spec.toBuilder().setWorkflowId(workflow).build());

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(refusal.message()).isEqualTo(message);
  }

  @Test
  void a_plan_of_an_unknown_workflow_is_not_found() {
    var unknown = workflow.toBuilder().setVersion("v9").build();

    var refusal = refused(plan("v1"), Samples.launchPlan(unknown));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.NOT_FOUND);
    assertThat(refusal.message())
        .startsWith("missing entity of type WORKFLOW with identifier project:");
    assertThat(refused(plan("v1"), LaunchPlanSpec.getDefaultInstance()).message())
        .isEqualTo("missing spec");
  }

  @Test
  void activating_a_version_makes_the_others_inactive() {
    inventory.create(plan("v1"), Samples.launchPlan(workflow));
    inventory.create(plan("v2"), Samples.launchPlan(workflow));
    assertThat(inventory.refused(r -> r.launchPlans().getActive(active())).rejection())
        .satisfies(
            refusal -> {
              assertThat(refusal.code()).isEqualTo(Rejection.Code.NOT_FOUND);
              assertThat(refusal.message())
                  .isEqualTo(
                      "No active launch plan could be found: %s:development:lp"
                          .formatted(inventory.project()));
            });

    update("v1", LaunchPlanState.ACTIVE);
    update("v2", LaunchPlanState.ACTIVE);
    update("v2", LaunchPlanState.ACTIVE);

    assertThat(inventory.call(r -> r.launchPlans().getActive(active())).getId())
        .isEqualTo(plan("v2"));
    assertThat(inventory.launchPlan(plan("v1")).getClosure().getState())
        .isEqualTo(LaunchPlanState.INACTIVE);
    assertThat(activeVersions()).containsExactly("v2");
    assertThat(list("eq(state,1)")).containsExactly("v2");

    update("v2", LaunchPlanState.INACTIVE);

    assertThat(activeVersions()).isEmpty();
  }

  @Test
  void of_many_activations_at_once_exactly_one_is_left() throws Exception {
    var versions = IntStream.range(0, 8).mapToObj(i -> "v" + i).toList();
    versions.forEach(version -> inventory.create(plan(version), Samples.launchPlan(workflow)));

    try (var threads = Executors.newFixedThreadPool(versions.size())) {
      var updates =
          versions.stream()
              .map(
                  version ->
                      threads.submit(
                          () -> {
                            update(version, LaunchPlanState.ACTIVE);
                            return version;
                          }))
              .toList();
      for (var update : updates) {
        update.get();
      }
    }

    assertThat(activeVersions()).hasSize(1);
  }

  @Test
  void a_version_that_is_not_there_cannot_change_its_state() {
    for (var state : List.of(LaunchPlanState.ACTIVE, LaunchPlanState.INACTIVE)) {
      var refusal =
          inventory.refused(r -> r.launchPlans().update(updateRequest("v9", state))).rejection();

      assertThat(refusal.code()).isEqualTo(Rejection.Code.NOT_FOUND);
      assertThat(refusal.message()).startsWith("missing entity of type LAUNCH_PLAN");
    }
  }

  @Test
  void a_fixed_rate_is_stored_as_it_is() {
    var spec =
        withDefault(Samples.byDefault(1)).toBuilder()
            .setEntityMetadata(
                LaunchPlanMetadata.newBuilder()
                    .setSchedule(
                        Schedule.newBuilder()
                            .setRate(
                                FixedRate.newBuilder().setValue(5).setUnit(FixedRateUnit.MINUTE))))
            .build();

    inventory.create(plan("v1"), spec);

    assertThat(list("eq(schedule_type,RATE)")).containsExactly("v1");
  }

  private Identifier plan(String version) {
    return Samples.id(ResourceType.LAUNCH_PLAN, inventory.project(), "lp", version);
  }

  private NamedEntityIdentifier name() {
    return NamedEntityIdentifier.newBuilder()
        .setProject(inventory.project())
        .setDomain("development")
        .setName("lp")
        .build();
  }

  private ActiveLaunchPlanRequest active() {
    return ActiveLaunchPlanRequest.newBuilder().setId(name()).build();
  }

  private void update(String version, LaunchPlanState state) {
    inventory.call(r -> r.launchPlans().update(updateRequest(version, state)));
  }

  private LaunchPlanUpdateRequest updateRequest(String version, LaunchPlanState state) {
    return LaunchPlanUpdateRequest.newBuilder().setId(plan(version)).setState(state).build();
  }

  private List<String> activeVersions() {
    return versions(
        inventory
            .call(
                r ->
                    r.launchPlans()
                        .listActive(
                            ActiveLaunchPlanListRequest.newBuilder()
                                .setProject(inventory.project())
                                .setDomain("development")
                                .setLimit(10)
                                .build()))
            .getLaunchPlansList());
  }

  private List<String> list(String filters) {
    return versions(
        inventory
            .call(
                r ->
                    r.launchPlans()
                        .list(
                            ResourceListRequest.newBuilder()
                                .setId(name())
                                .setLimit(10)
                                .setFilters(filters)
                                .build()))
            .getLaunchPlansList());
  }

  private static List<String> versions(List<LaunchPlan> plans) {
    return plans.stream().map(plan -> plan.getId().getVersion()).toList();
  }

  private Rejection refused(Identifier id, LaunchPlanSpec spec) {
    return inventory
        .refused(
            r ->
                r.launchPlans()
                    .create(LaunchPlanCreateRequest.newBuilder().setId(id).setSpec(spec).build()))
        .rejection();
  }

  private LaunchPlanSpec withDefault(Parameter parameter) {
    return Samples.launchPlan(workflow).toBuilder()
        .setDefaultInputs(ParameterMap.newBuilder().putParameters("x", parameter))
        .build();
  }

  private static Variable integer() {
    return Variable.newBuilder().setType(Samples.integer()).build();
  }

  private static LaunchPlanSpec inputs(String name, Parameter parameter) {
    return LaunchPlanSpec.newBuilder()
        .setDefaultInputs(ParameterMap.newBuilder().putParameters(name, parameter))
        .build();
  }

  private static LaunchPlanSpec fixed(String name, Literal literal) {
    return LaunchPlanSpec.newBuilder()
        .setFixedInputs(LiteralMap.newBuilder().putLiterals(name, literal))
        .build();
  }

  private static Schedule cron(String expression) {
    return Schedule.newBuilder()
        .setCronSchedule(CronSchedule.newBuilder().setSchedule(expression))
        .build();
  }

  private static LaunchPlanSpec scheduled(Schedule schedule) {
    return LaunchPlanSpec.newBuilder()
        .setEntityMetadata(LaunchPlanMetadata.newBuilder().setSchedule(schedule))
        .build();
  }

  private static LaunchPlanSpec notifying(Notification notification) {
    return LaunchPlanSpec.newBuilder()
        .setEntityMetadata(LaunchPlanMetadata.newBuilder().addNotifications(notification))
        .build();
  }
}
