package dev.harrier.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlacesTest {
  private static final ProjectDomain PLACE = new ProjectDomain("team-a", "production");

  @Test
  void the_asking_project_and_domain_are_in_the_place() {
    assertThat(new Places(List.of(), "flyte/{project}/{domain}").of(PLACE))
        .isEqualTo("flyte/team-a/production");
    assertThat(new Places(List.of("team-a"), "shared/things").of(PLACE)).isEqualTo("shared/things");
  }

  @Test
  void only_those_who_are_named_ask() {
    var places = new Places(List.of("team-a/staging", "team-b"), "{project}");

    assertThat(places.serve(PLACE)).isFalse();
    assertThat(places.serve(new ProjectDomain("team-a", "staging"))).isTrue();
    assertThat(places.serve(new ProjectDomain("team-b", "production"))).isTrue();
    assertThat(new Places(List.of(), "{project}").serve(PLACE)).isTrue();
  }

  @Test
  void a_pattern_that_gives_one_place_to_two_projects_is_refused() {
    for (var pattern :
        List.of(
            "",
            "things",
            "{domain}",
            "../{project}",
            "{project}/",
            "/{project}",
            "{project}{domain}",
            "{project}/{project}/x",
            "a b/{project}",
            "{project}/$(id)",
            "{project}/{{.Data}}")) {
      assertThatIllegalArgumentException()
          .as(pattern)
          .isThrownBy(() -> new Places(List.of(), pattern));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Places(List.of("team-a", "team-b"), "things"));
  }

  @Test
  void names_that_run_together_are_refused() {
    var namespaces = new Places(List.of(), "{project}-{domain}");

    assertThat(namespaces.of(PLACE)).isEqualTo("team-a-production");
    assertThatThrownBy(() -> namespaces.of(new ProjectDomain("team", "a-production")))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("could be another project's");
  }

  @Test
  void names_that_lead_out_are_refused() {
    var places = new Places(List.of(), "{project}/{domain}");

    for (var name : List.of("..", "a/b", "", ".", "a\nb", "-")) {
      assertThatThrownBy(() -> places.of(new ProjectDomain(name, "production")))
          .as(name)
          .isInstanceOf(RejectedException.class);
    }
  }
}
