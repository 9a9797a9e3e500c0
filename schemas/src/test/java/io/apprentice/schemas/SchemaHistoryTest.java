package io.apprentice.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaParser;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every contract of every earlier commit can be read by today's, as the registry's rule BACKWARD_TRANSITIVE asks. */
class SchemaHistoryTest {

    private static final String FOLDER = "schemas/src/main/avro";

    /** The schemas that earlier commits had, by full name; empty where this is no clone. */
    private static final Map<String, Set<Schema>> EARLIER = new HashMap<>();

    private static final String FRAME_WITH_A_TEXT_AS_SEQUENCE = """
            {"type": "record", "name": "Frame", "namespace": "io.apprentice.schemas",
             "fields": [{"name": "sequence", "type": "string"}]}
            """;

    /** Today's contracts: the records whose schemas are files directly in the folder. */
    static Stream<Schema> contracts() throws Exception {
        Path folder = Path.of("src/main/avro");
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".avsc"))
                    .map(name -> name.replace(".avsc", ""))
                    .sorted()
                    .toList();
            List<Schema> schemas = new ArrayList<>();
            for (String name : names) {
                schemas.add(SpecificData.get().getSchema(Class.forName("io.apprentice.schemas." + name)));
            }
            return schemas.stream();
        }
    }

    @BeforeAll
    static void readHistory() throws Exception {
        for (String commit :
                git("log", "--format=%H", "--", FOLDER).orElse("").lines().toList()) {
            SchemaParser parser = new SchemaParser();
            for (String file : git("ls-tree", "-r", "--name-only", commit, FOLDER)
                    .orElseThrow()
                    .lines()
                    .toList()) {
                parser.parse(git("show", commit + ":" + file).orElseThrow());
            }
            for (Schema schema : parser.getParsedNamedSchemas()) {
                EARLIER.computeIfAbsent(schema.getFullName(), name -> new HashSet<>())
                        .add(schema);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void contract_readsWhatEveryEarlierCommitWrote(Schema today) {
        assumeTrue(!EARLIER.isEmpty(), "no history of git here: contracts are not compared with earlier ones");
        for (Schema writer : EARLIER.getOrDefault(today.getFullName(), Set.of())) {
            assertThat(incompatibilities(today, writer))
                    .as("%s reads what was written by %s", today.getName(), writer)
                    .isEmpty();
        }
    }

    @Test
    void incompatibilities_givenAFieldOfAnotherType_namesIt() {
        Schema writer = new SchemaParser().parse(FRAME_WITH_A_TEXT_AS_SEQUENCE).mainSchema();
        assertThat(incompatibilities(Frame.getClassSchema(), writer))
                .extracting(Incompatibility::getLocation)
                .contains("/fields/1/type");
    }

    private static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities();
    }

    /** What a command of git prints; empty without git or where it fails. */
    private static Optional<String> git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("git", "-C", Path.of("..").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Optional.empty(); // no git
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    }
}
