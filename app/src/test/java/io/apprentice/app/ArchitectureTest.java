package io.apprentice.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house: which module may know which, how large a package and a command may be. */
@AnalyzeClasses(packages = "io.apprentice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String SCHEMAS = "io.apprentice.schemas..";
    private static final String POSE = "io.apprentice.pose..";
    private static final String RECORDINGS = "io.apprentice.recordings..";
    private static final String SCENE = "io.apprentice.scene..";
    private static final String LEARNING = "io.apprentice.learning..";
    private static final String STREAMING = "io.apprentice.streaming..";
    private static final String WIRE = "io.apprentice.wire..";
    private static final String EMBEDDED = "io.apprentice.embedded..";
    private static final String INGEST = "io.apprentice.ingest..";
    private static final String TEACHER = "io.apprentice.teacher..";
    private static final String TRAINER = "io.apprentice.trainer..";
    private static final String INFERENCE = "io.apprentice.inference..";
    private static final String CONSOLE = "io.apprentice.console..";
    private static final String EXPORT = "io.apprentice.export..";
    private static final String LAB = "io.apprentice.lab..";

    private static final int MOST_CLASSES = 25;
    private static final int MOST_LINES_OF_A_COMMAND = 155;

    @ArchTest
    static final ArchRule schemasKnowNothing = knowsOfOurs(SCHEMAS);

    @ArchTest
    static final ArchRule poseKnowsNothing = knowsOfOurs(POSE);

    @ArchTest
    static final ArchRule recordingsKnowPose = knowsOfOurs(RECORDINGS, POSE);

    @ArchTest
    static final ArchRule sceneKnowsPoseAndRecordings = knowsOfOurs(SCENE, POSE, RECORDINGS);

    @ArchTest
    static final ArchRule learningKnowsNoService = knowsOfOurs(LEARNING, POSE, RECORDINGS, SCENE);

    @ArchTest
    static final ArchRule labKnowsNoService = knowsOfOurs(LAB, POSE, RECORDINGS, SCENE, LEARNING);

    @ArchTest
    static final ArchRule scienceKnowsNoKafkaAndNoAvro = noClasses()
            .that()
            .resideInAnyPackage(POSE, RECORDINGS, SCENE, LEARNING, LAB)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "io.apicurio..");

    @ArchTest
    static final ArchRule streamingKnowsSchemas = knowsOfOurs(STREAMING, SCHEMAS);

    @ArchTest
    static final ArchRule wireKnowsBothSidesAndNoKafka = knowsOfOurs(WIRE, SCHEMAS, POSE);

    @ArchTest
    static final ArchRule embeddedKnowsNothing = knowsOfOurs(EMBEDDED);

    @ArchTest
    static final ArchRule ingestMeetsOthersOnlyInTopics =
            knowsOfOurs(INGEST, SCHEMAS, WIRE, STREAMING, POSE, RECORDINGS, SCENE);

    @ArchTest
    static final ArchRule teacherMeetsOthersOnlyInTopics =
            knowsOfOurs(TEACHER, SCHEMAS, WIRE, STREAMING, POSE, SCENE, LEARNING);

    @ArchTest
    static final ArchRule trainerMeetsOthersOnlyInTopics =
            knowsOfOurs(TRAINER, SCHEMAS, WIRE, STREAMING, POSE, LEARNING);

    @ArchTest
    static final ArchRule inferenceMeetsOthersOnlyInTopics = knowsOfOurs(INFERENCE, SCHEMAS, WIRE, STREAMING, POSE);

    @ArchTest
    static final ArchRule consoleMeetsOthersOnlyInTopics = knowsOfOurs(CONSOLE, SCHEMAS, WIRE, STREAMING, POSE);

    @ArchTest
    static final ArchRule exportReadsTopics = knowsOfOurs(EXPORT, SCHEMAS, WIRE, STREAMING, POSE, RECORDINGS);

    @ArchTest
    static final ArchRule nobodyReadsSerializedObjects = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream");

    @ArchTest
    static final ArchRule packagesHaveNoCircles =
            slices().matching("io.apprentice.(**)").should().beFreeOfCycles();

    private static ArchRule knowsOfOurs(String module, String... known) {
        String[] allowed =
                Stream.concat(Stream.of(module), Arrays.stream(known)).toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(module)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(resideOutsideOfPackage("io.apprentice..")));
    }

    @ArchTest
    static void packagesAreSmall(JavaClasses all) {
        Map<String, Long> sizes = all.stream()
                .filter(c -> !c.getPackageName().equals("io.apprentice.schemas")) // generated
                .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(c -> c.getPackageName(), Collectors.counting()));
        assertThat(sizes).allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(MOST_CLASSES));
    }

    @Test
    void commandsAreThin() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/apprentice/app/command"))) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readAllLines(file))
                            .as(file.toString())
                            .hasSizeLessThanOrEqualTo(MOST_LINES_OF_A_COMMAND));
        }
    }
}
