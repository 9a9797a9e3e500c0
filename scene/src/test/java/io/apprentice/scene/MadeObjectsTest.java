package io.apprentice.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.object.ObjectModel;
import io.apprentice.pose.object.SymmetryFinder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MadeObjectsTest {

    private static final List<ObjectModel> OBJECTS = MadeObjects.of(48, 1);

    @Test
    void of_givenTheSameSeed_makesTheSameObjects() {
        ObjectModel again = MadeObjects.of(8, 1).get(7);

        assertThat(again.mesh().positions()).isEqualTo(OBJECTS.get(7).mesh().positions());
        assertThat(again.mesh().texture().level(0))
                .isEqualTo(OBJECTS.get(7).mesh().texture().level(0));
        assertThat(MadeObjects.of(8, 2).get(7).mesh().positions())
                .isNotEqualTo(again.mesh().positions());
    }

    @Test
    void of_makesObjectsThatDiffer_ofAHandsSize() {
        assertThat(OBJECTS).allMatch(o -> o.diameter() > 0.05 && o.diameter() < 0.41);
        assertThat(OBJECTS.stream()
                        .map(o -> Arrays.hashCode(o.mesh().positions()))
                        .distinct())
                .hasSize(OBJECTS.size());
    }

    @Test
    void of_givesBareObjectsTheSymmetriesThatTheyHave() {
        List<ObjectModel> symmetric = OBJECTS.stream()
                .filter(o -> o.symmetries().isSymmetric())
                .limit(3)
                .toList();

        assertThat(symmetric).hasSize(3);
        assertThat(symmetric)
                .allSatisfy(o -> assertThat(SymmetryFinder.measure(o, o.symmetries()))
                        .isNotEmpty()
                        .allMatch(SymmetryFinder.Candidate::sameLook));
    }

    @Test
    void of_leavesTheFirstEightWithoutASymmetryThatIsNotSaid() {
        long unsaid = OBJECTS.stream()
                .limit(8)
                .filter(o -> !o.symmetries().isSymmetric())
                .filter(o -> SymmetryFinder.group(SymmetryFinder.find(o), SymmetryFinder.Candidate::sameLook)
                        .isSymmetric())
                .count();

        assertThat(unsaid).isZero();
    }
}
