package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.access.AccessWorld.World;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.ProjectListRequest;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterRequest;
import flyteidl.admin.ProjectOuterClass.Projects;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Lists that span projects have only the rows that their caller may see, and pages that are full
 * until the last: what is hidden is left out by the query, not from its answer.
 */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class ListsTest {
  private static final String ROWS = "contains(name,row-)";

  @BeforeAll
  static void register(World world) {
    var root = world.as("root");
    for (var number = 0; number < 20; number++) {
      var id = "row-%02d".formatted(number);
      var answer =
          root.call(
              Rpcs.of("AdminService/RegisterProject"),
              ProjectRegisterRequest.newBuilder()
                  .setProject(Project.newBuilder().setId(id).setName(id))
                  .build());
      assertThat(answer.code()).isIn(Status.Code.OK, Status.Code.ALREADY_EXISTS);
    }
  }

  @Test
  void pages_hold_the_rows_that_the_caller_may_see_and_are_full(World world) {
    var request = ProjectListRequest.newBuilder().setLimit(3).setFilters(ROWS);

    assertThat(pages(world, "picker", request))
        .containsExactly(List.of("row-03", "row-11", "row-12"), List.of("row-19"));
  }

  @Test
  void pages_are_right_in_another_order(World world) {
    var request =
        ProjectListRequest.newBuilder()
            .setLimit(3)
            .setFilters(ROWS)
            .setSortBy(
                Sort.newBuilder().setKey("identifier").setDirection(Sort.Direction.DESCENDING));

    assertThat(pages(world, "picker", request))
        .containsExactly(List.of("row-19", "row-12", "row-11"), List.of("row-03"));
  }

  @Test
  void a_filter_finds_nothing_that_is_hidden(World world) {
    for (var filter : List.of("eq(name,row-04)", "ne(name,x)+eq(identifier,row-04)")) {
      assertThat(
              pages(world, "picker", ProjectListRequest.newBuilder().setFilters(filter)).getFirst())
          .as(filter)
          .isEmpty();
    }
    assertThat(
            pages(
                    world,
                    "picker",
                    ProjectListRequest.newBuilder()
                        .setFilters("value_in(identifier,row-03;row-04;row-05)"))
                .getFirst())
        .containsExactly("row-03");
  }

  @Test
  void an_offset_counts_the_rows_that_the_caller_may_see(World world) {
    var request = ProjectListRequest.newBuilder().setLimit(2).setFilters(ROWS).setToken("2");

    assertThat(page(world, "picker", request).getProjectsList())
        .extracting(Project::getId)
        .containsExactly("row-12", "row-19");
  }

  @Test
  void what_is_denied_is_left_out_of_what_is_granted_everywhere(World world) {
    var request = ProjectListRequest.newBuilder().setLimit(6).setFilters(ROWS);

    var pages = pages(world, "sweeper", request);

    assertThat(pages.stream().flatMap(List::stream))
        .containsExactlyElementsOf(
            IntStream.range(0, 20)
                .filter(number -> number != 5 && number != 6)
                .mapToObj("row-%02d"::formatted)
                .toList());
    assertThat(pages.subList(0, 3)).allSatisfy(page -> assertThat(page).hasSize(6));
  }

  @Test
  void who_sees_nothing_gets_an_empty_page_and_no_token(World world) {
    var answer = page(world, "stranger", ProjectListRequest.newBuilder().setLimit(1));

    assertThat(answer).isEqualTo(Projects.getDefaultInstance());
  }

  private static List<List<String>> pages(
      World world, String caller, ProjectListRequest.Builder request) {
    var pages = new ArrayList<List<String>>();
    var next = request.clone();
    while (true) {
      var answer = page(world, caller, next);
      if (answer.getProjectsCount() == 0 && !pages.isEmpty()) {
        return pages;
      }
      pages.add(answer.getProjectsList().stream().map(Project::getId).toList());
      if (answer.getToken().isEmpty()) {
        return pages;
      }
      next.setToken(answer.getToken());
    }
  }

  private static Projects page(World world, String caller, ProjectListRequest.Builder request) {
    var answer = world.as(caller).call(Rpcs.of("AdminService/ListProjects"), request.build());
    assertThat(answer.code()).as(answer.text()).isEqualTo(Status.Code.OK);
    return (Projects) answer.messages().getFirst();
  }
}
