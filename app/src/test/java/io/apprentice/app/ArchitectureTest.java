package io.apprentice.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** The arrows of the picture in the README point one way. */
@AnalyzeClasses(packages = "io.apprentice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String SCHEMAS = "io.apprentice.schemas..";
    private static final String POSE = "io.apprentice.pose..";
    private static final String STREAMING = "io.apprentice.streaming..";
    private static final String EMBEDDED = "io.apprentice.embedded..";
    private static final String INGEST = "io.apprentice.ingest..";
    private static final String TEACHER = "io.apprentice.teacher..";
    private static final String TRAINER = "io.apprentice.trainer..";
    private static final String INFERENCE = "io.apprentice.inference..";

    @ArchTest
    static final ArchRule schemasKnowNothing = knowsOfOurs(SCHEMAS);

    @ArchTest
    static final ArchRule poseKnowsNothing = knowsOfOurs(POSE);

    @ArchTest
    static final ArchRule poseKnowsNoKafkaAndNoAvro = noClasses()
            .that()
            .resideInAPackage(POSE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "io.apicurio..");

    @ArchTest
    static final ArchRule streamingKnowsSchemas = knowsOfOurs(STREAMING, SCHEMAS);

    @ArchTest
    static final ArchRule embeddedKnowsNothing = knowsOfOurs(EMBEDDED);

    @ArchTest
    static final ArchRule ingestMeetsOthersOnlyInTopics = knowsOfOurs(INGEST, SCHEMAS, STREAMING, POSE);

    @ArchTest
    static final ArchRule teacherMeetsOthersOnlyInTopics = knowsOfOurs(TEACHER, SCHEMAS, STREAMING, POSE);

    @ArchTest
    static final ArchRule trainerMeetsOthersOnlyInTopics = knowsOfOurs(TRAINER, SCHEMAS, STREAMING, POSE);

    @ArchTest
    static final ArchRule inferenceMeetsOthersOnlyInTopics = knowsOfOurs(INFERENCE, SCHEMAS, STREAMING, POSE);

    private static ArchRule knowsOfOurs(String module, String... known) {
        String[] allowed =
                Stream.concat(Stream.of(module), Arrays.stream(known)).toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(module)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(resideOutsideOfPackage("io.apprentice..")));
    }
}
