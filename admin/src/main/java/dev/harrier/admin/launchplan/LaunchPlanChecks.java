package dev.harrier.admin.launchplan;

import com.google.protobuf.Timestamp;
import dev.harrier.admin.inventory.Labels;
import dev.harrier.admin.inventory.Required;
import dev.harrier.compiler.InputChecks;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.Notification;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.Execution.WorkflowExecution.Phase;
import flyteidl.core.Interface.Parameter;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What a launch plan must have to be registered, in Flyte's order. */
final class LaunchPlanChecks {
  // The span of protobuf's timestamps: the years 1 to 9999.
  private static final long SECONDS_MIN = -62_135_596_800L;
  private static final long SECONDS_MAX = 253_402_300_799L;
  private static final int NANOS_MAX = 999_999_999;

  private static final Set<Phase> TERMINAL =
      EnumSet.of(Phase.SUCCEEDED, Phase.FAILED, Phase.ABORTED, Phase.TIMED_OUT);

  private LaunchPlanChecks() {}

  /**
   * Checks a launch plan against its workflow's inputs.
   *
   * @return what it leaves to its callers
   * @throws RejectedException INVALID_ARGUMENT that names what is wrong
   */
  static ParameterMap check(LaunchPlanSpec spec, VariableMap workflowInputs) {
    Labels.check(spec.getLabels().getValuesMap());
    new TreeMap<>(spec.getFixedInputs().getLiteralsMap()).forEach(LaunchPlanChecks::fixed);
    new TreeMap<>(spec.getDefaultInputs().getParametersMap()).forEach(LaunchPlanChecks::byDefault);
    refuse(
        InputChecks.checkLaunchPlan(
            workflowInputs, spec.getFixedInputs(), spec.getDefaultInputs()));
    var expected =
        InputChecks.expectedInputs(workflowInputs, spec.getFixedInputs(), spec.getDefaultInputs());
    Schedules.check(spec.getEntityMetadata().getSchedule(), expected);
    spec.getEntityMetadata().getNotificationsList().forEach(LaunchPlanChecks::notification);
    if (spec.getEntityMetadata().hasLaunchConditions()) {
      throw Rejection.invalid("Launch condition must be empty, found one");
    }
    return expected;
  }

  private static void fixed(String name, Literal literal) {
    if (name.isEmpty()) {
      throw Rejection.invalid("missing key in fixed_inputs");
    }
    if (literal.getValueCase() == Literal.ValueCase.VALUE_NOT_SET) {
      throw Rejection.invalid("missing valid literal in fixed_inputs %s", name);
    }
    time(name, literal);
  }

  private static void byDefault(String name, Parameter parameter) {
    if (name.isEmpty()) {
      throw Rejection.invalid("missing key in default_inputs");
    }
    if (!parameter.hasVar() || !parameter.getVar().hasType()) {
      throw Rejection.invalid(
          "The Variable component of the Parameter %s in default_inputs either is missing, or has a missing Type",
          name);
    }
    switch (parameter.getBehaviorCase()) {
      case DEFAULT -> {
        time(name, parameter.getDefault());
        defaultType(name, parameter);
      }
      case REQUIRED -> {
        if (!parameter.getRequired()) {
          throw neither(name);
        }
      }
      case BEHAVIOR_NOT_SET -> throw neither(name);
      case ARTIFACT_QUERY, ARTIFACT_ID ->
          throw Rejection.invalid(
              "artifact mode not enabled but query found default_inputs %s", name);
    }
  }

  private static void defaultType(String name, Parameter parameter) {
    var problems =
        InputChecks.check(
            ParameterMap.newBuilder().putParameters(name, parameter).build(),
            LiteralMap.getDefaultInstance(),
            LiteralMap.newBuilder().putLiterals(name, parameter.getDefault()).build());
    if (!problems.isEmpty()) {
      throw Rejection.invalid(
          "Type mismatch for Parameter %s in default_inputs: %s",
          name, String.join(", ", problems));
    }
  }

  private static RejectedException neither(String name) {
    return Rejection.invalid(
        "Invalid variable %s in default_inputs - variable has neither default, nor is required. One must be specified",
        name);
  }

  private static void time(String name, Literal literal) {
    if (literal.getScalar().getPrimitive().hasDatetime()
        && !isTime(literal.getScalar().getPrimitive().getDatetime())) {
      throw Rejection.invalid("input %s: expected a time in the years 1 to 9999", name);
    }
  }

  private static boolean isTime(Timestamp time) {
    return time.getSeconds() >= SECONDS_MIN
        && time.getSeconds() <= SECONDS_MAX
        && time.getNanos() >= 0
        && time.getNanos() <= NANOS_MAX;
  }

  private static void notification(Notification notification) {
    switch (notification.getTypeCase()) {
      case EMAIL -> recipients(notification.getEmail().getRecipientsEmailList());
      case SLACK -> recipients(notification.getSlack().getRecipientsEmailList());
      case PAGER_DUTY -> recipients(notification.getPagerDuty().getRecipientsEmailList());
      case TYPE_NOT_SET -> throw Rejection.invalid("invalid value for notification type");
    }
    if (!TERMINAL.containsAll(notification.getPhasesList())) {
      throw Rejection.invalid("invalid value for phase: expected phases that end an execution");
    }
  }

  private static void recipients(List<String> recipients) {
    Required.present(!recipients.isEmpty(), "recipients");
    recipients.forEach(recipient -> Required.present(!recipient.isEmpty(), "recipient"));
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw Rejection.invalid("%s", String.join(", ", problems));
    }
  }
}
