package dev.harrier.admin.launchplan;

import dev.harrier.compiler.ProtoText;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.ScheduleOuterClass.Schedule;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Types.SimpleType;
import java.util.Map;
import java.util.TreeMap;

/** What a launch plan's schedule must satisfy. */
final class Schedules {
  /** Under which names filters ask for the kind of schedule, and what rows hold for each. */
  static final Map<String, Integer> TYPES = Map.of("NONE", 0, "CRON", 1, "RATE", 2);

  private Schedules() {}

  /** The number that rows hold for the kind of schedule. */
  static int type(Schedule schedule) {
    return switch (schedule.getScheduleExpressionCase()) {
      case CRON_EXPRESSION -> oldCron(schedule).isEmpty() ? 0 : 1;
      case CRON_SCHEDULE -> 1;
      case RATE -> 2;
      case SCHEDULEEXPRESSION_NOT_SET -> 0;
    };
  }

  /**
   * Checks a schedule against what the launch plan leaves open: nobody is there to give an input
   * when it fires.
   *
   * @throws RejectedException INVALID_ARGUMENT that names what is wrong
   */
  static void check(Schedule schedule, ParameterMap expectedInputs) {
    if (type(schedule) == 0) {
      return;
    }
    var timeInput = schedule.getKickoffTimeInputArg();
    new TreeMap<>(expectedInputs.getParametersMap())
        .forEach(
            (name, parameter) -> {
              if (parameter.getRequired() && !name.equals(timeInput)) {
                throw Rejection.invalid(
                    "Cannot create a launch plan with a schedule if there is an unbound required input. [%s] is required",
                    name);
              }
            });
    if (!timeInput.isEmpty()) {
      checkTimeInput(timeInput, expectedInputs);
    }
    var cron =
        schedule.hasCronSchedule() ? schedule.getCronSchedule().getSchedule() : oldCron(schedule);
    if (!cron.isEmpty()) {
      CronSyntax.check(cron);
    }
  }

  // A field for old clients: read by its name, as the compiler warns of its deprecated accessor.
  private static String oldCron(Schedule schedule) {
    var field = Schedule.getDescriptor().findFieldByName("cron_expression");
    return String.valueOf(schedule.getField(field));
  }

  private static void checkTimeInput(String name, ParameterMap expectedInputs) {
    var parameter = expectedInputs.getParametersMap().get(name);
    if (parameter == null) {
      throw Rejection.invalid(
          "Cannot create a schedule with a KickoffTimeInputArg that does not point to a free input. [%s] is not free or does not exist.",
          name);
    }
    if (parameter.getVar().getType().getSimple() != SimpleType.DATETIME) {
      throw Rejection.invalid(
          "KickoffTimeInputArg must reference a datetime input. [%s] is a [%s]",
          name, ProtoText.of(parameter.getVar().getType()));
    }
  }
}
