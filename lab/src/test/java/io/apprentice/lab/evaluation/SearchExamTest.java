package io.apprentice.lab.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.apprentice.pose.network.NetworkWeights;
import io.apprentice.pose.object.ObjectModel;
import io.apprentice.scene.parcel.Parcel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchExamTest {

    private static final ObjectModel PARCEL = Parcel.model();

    /** Of the searches without the object, {@code high} end with 0.8, {@code low} with 0.612, and the others with nothing. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 100, 0.50",
        "0, 1, 100, 0.62",
        "1, 1, 199, 0.81",
        "1, 1, 200, 0.62",
        "2, 1, 400, 0.62",
        "3, 1, 400, 0.81",
    })
    void lostBelow_letsOneIn200Through(int high, int low, int searches, double expected) {
        List<Double> absent = new ArrayList<>(Collections.nCopies(high, 0.8));
        absent.addAll(Collections.nCopies(low, 0.612));

        assertThat(new SearchExam("parcel", absent, searches, 0, 0).lostBelow()).isEqualTo(expected);
    }

    @Test
    void lostBelow_ofANetworkThatIsSureOfEverything_leavesRoom() {
        assertThat(new SearchExam("parcel", Collections.nCopies(60, 0.99), 60, 0, 0).lostBelow())
                .isEqualTo(0.9);
    }

    @Test
    void noted_afterTooFewSearches_leavesTheFileAsItIs() throws IOException {
        NetworkWeights weights = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));
        SearchExam few = new SearchExam("parcel", List.of(), 49, 0, 0);
        SearchExam enough = new SearchExam("parcel", List.of(0.7), 50, 0, 0);

        assertThat(SearchExam.noted(weights, List.of(few))).isSameAs(weights);
        assertThat(SearchExam.noted(weights, List.of(enough)).lostBelow("parcel"))
                .hasValue(0.71);
    }

    @Test
    void of_theTeacherThatComesWithTheProject_findsTheParcelWhereItIsAlone() throws IOException {
        NetworkWeights weights = NetworkWeights.read(Path.of("../models/teacher-parcel.safetensors"));

        SearchExam exam =
                SearchExam.of(weights, List.of(PARCEL), 24, 3, () -> false).get(0);

        assertThat(exam.with() + exam.without()).isBetween(20, 24);
        assertThat(exam.without()).isPositive();
        assertThat(exam.right()).isGreaterThan(exam.with() / 2);
        assertThat(exam.absent().size()).isLessThanOrEqualTo(exam.without() / 4);
    }
}
