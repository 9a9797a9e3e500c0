package io.apprentice.pose.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.apprentice.pose.GoldenGeometry;
import io.apprentice.pose.geometry.Affine2;
import io.apprentice.pose.geometry.CameraIntrinsics;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.prediction.CellGrid;
import io.apprentice.pose.prediction.CellSelection;
import io.apprentice.pose.prediction.KeypointVotes;
import io.apprentice.pose.prediction.LevelShares;
import io.apprentice.pose.solve.EpnpRansac;
import io.apprentice.pose.solve.PnpSettings;
import io.apprentice.pose.solve.PnpSolution;
import io.apprentice.testing.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Cells, targets, losses and post-processing equal the official code's (in double); source: the fixture's header. */
class WdrNetParityTest {

    private static final int SIZE = 256;
    private static final double TOLERANCE = 1e-9;
    /** Always the first of the candidates, as the official code with its permutation made the identity. */
    private static final RandomGenerator FIRST = () -> 0L;

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        Fixtures.cases("wdrnet.json").forEach(c -> cases.add(new Case(c)));
        return cases;
    }

    /** One crop of the fixture. */
    private record Case(JsonNode json) {

        String id() {
            return json.get("id").asText();
        }

        int classes() {
            return json.get("n_fg_classes").asInt();
        }

        int classIndex() {
            return json.get("class_id").asInt();
        }

        CellGrid grid() {
            return CellGrid.of(SIZE, SIZE, json.get("levels").asInt());
        }

        CameraIntrinsics camera() {
            return GoldenGeometry.camera(json.get("K"));
        }

        Affine2 frameToCrop() {
            double[] m = Fixtures.flat(json.get("bbox_trans"));
            return new Affine2(m[0], m[1], m[2], m[3], m[4], m[5]);
        }

        double[] keypointsInCamera() {
            double[] r = Fixtures.flat(json.get("R"));
            double[] t = Fixtures.flat(json.get("T"));
            double[] p = Fixtures.flat(json.get("keypoints_3d"));
            double[] x = new double[p.length];
            for (int i = 0; i < p.length; i++) {
                int at = i / 3 * 3;
                int row = i % 3;
                x[i] = r[3 * row] * p[at] + r[3 * row + 1] * p[at + 1] + r[3 * row + 2] * p[at + 2] + t[row];
            }
            return x;
        }

        byte[] mask() {
            JsonNode ellipse = json.get("mask_ellipse");
            byte[] mask = new byte[SIZE * SIZE];
            for (int i = 0; i < mask.length; i++) {
                int row = i / SIZE;
                double x = (i % SIZE - ellipse.get("cx").asDouble())
                        / ellipse.get("rx").asDouble();
                double y =
                        (row - ellipse.get("cy").asDouble()) / ellipse.get("ry").asDouble();
                mask[i] = (byte) (x * x + y * y <= 1 ? 1 : 0);
            }
            return mask;
        }

        PositiveCells positives() {
            return PositiveCells.choose(grid(), mask(), json.get("box_span").asDouble(), FIRST);
        }

        /** Made-up outputs by the fixture's rule, numbered in the official layout, returned in ours: [cells][channels]. */
        double[] outputs(int channels, double offset, double amplitude, int firstShift) {
            CellGrid grid = grid();
            double shift = firstShift + Integer.parseInt(id().substring(1));
            double[] outputs = new double[grid.cells() * channels];
            for (int cell = 0; cell < grid.cells(); cell++) {
                int start = grid.levelStart(grid.level(cell));
                int inLevel = grid.levelStart(grid.level(cell) + 1) - start;
                for (int c = 0; c < channels; c++) {
                    double index = (double) start * channels + (double) c * inLevel + (cell - start);
                    outputs[cell * channels + c] =
                            offset + amplitude * Math.sin(.37 * index + shift * Math.cos(.011 * index));
                }
            }
            return outputs;
        }
    }

    @Test
    void anchors_equalOfficial() {
        JsonNode header = Fixtures.read("wdrnet.json");
        CellGrid grid = CellGrid.of(SIZE, SIZE, 5);
        for (int level = 0; level < grid.levels(); level++) {
            assertThat(grid.anchorOfLevel(level))
                    .isEqualTo(header.get("anchor_sizes").get(level).asDouble());
            assertThat(grid.stride(level))
                    .isEqualTo(header.get("anchor_strides").get(level).asInt());
        }
    }

    /** The official map is made of points rounded to float32: up to 3e-5 frame pixels, twice that in crops at a zoom of 2. */
    @Test
    void crop_givenCentreAndScale_equalsOfficial() {
        for (Case c : cases()) {
            double[] centre = Fixtures.flat(c.json().get("dzi_center"));
            Affine2 map = Affine2.squareCrop(
                    centre[0], centre[1], c.json().get("dzi_scale").asDouble(), SIZE);
            double[] got = {map.a(), map.b(), map.c(), map.d(), map.e(), map.f()};
            double[] expected = Fixtures.flat(c.json().get("bbox_trans"));
            for (int i = 0; i < got.length; i++) {
                assertThat(got[i]).as(c.id()).isCloseTo(expected[i], within(1e-4));
            }
        }
    }

    @Test
    void projection_givenPose_equalsOfficial() {
        for (Case c : cases()) {
            double[] x = c.keypointsInCamera();
            double[] image = new double[x.length / 3 * 2];
            double[] crop = new double[image.length];
            double[] box = {1e9, 1e9, -1e9, -1e9};
            for (int k = 0; k < image.length / 2; k++) {
                Vec3 point = new Vec3(x[3 * k], x[3 * k + 1], x[3 * k + 2]);
                image[2 * k] = c.camera().projectX(point);
                image[2 * k + 1] = c.camera().projectY(point);
                crop[2 * k] = c.frameToCrop().u(image[2 * k], image[2 * k + 1]);
                crop[2 * k + 1] = c.frameToCrop().v(image[2 * k], image[2 * k + 1]);
                for (int axis = 0; axis < 2; axis++) {
                    box[axis] = Math.min(box[axis], crop[2 * k + axis]);
                    box[2 + axis] = Math.max(box[2 + axis], crop[2 * k + axis]);
                }
            }
            Fixtures.assertClose(c.id(), image, Fixtures.flat(c.json().get("kp2d_image")), TOLERANCE);
            Fixtures.assertClose(c.id(), crop, Fixtures.flat(c.json().get("kp2d_crop")), TOLERANCE);
            Fixtures.assertClose(c.id(), box, Fixtures.flat(c.json().get("box_crop")), TOLERANCE);
            double span = PositiveCells.span(
                    GoldenGeometry.points(c.json().get("keypoints_3d")),
                    GoldenGeometry.pose(c.json().get("R"), c.json().get("T")),
                    c.camera(),
                    c.frameToCrop());
            // the rotation is given with nine digits and becomes a quaternion
            Fixtures.assertClose(c.id(), span, c.json().get("box_span").asDouble(), 1e-7);
        }
    }

    @Test
    void cells_givenMask_equalOfficial() {
        for (Case c : cases()) {
            assertThat(c.grid().cells())
                    .as(c.id())
                    .isEqualTo(c.json().get("n_cells").asInt());
            double span = c.json().get("box_span").asDouble();
            double[] shares = Arrays.stream(
                            LevelShares.of(c.grid(), span, c.grid().levels()))
                    .asDoubleStream()
                    .toArray();
            assertThat(shares).as(c.id()).isEqualTo(Fixtures.flat(c.json().get("ssc_n")));
            double[] fractions = LevelShares.fractions(c.grid(), span, c.grid().levels());
            Fixtures.assertClose(c.id(), fractions, Fixtures.flat(c.json().get("ssc_fraction")), TOLERANCE);
            PositiveCells positives = c.positives();
            double[] chosen = Arrays.stream(positives.cells()).asDoubleStream().toArray();
            assertThat(chosen).as(c.id()).isEqualTo(Fixtures.flat(c.json().get("positive_cells")));
            int ignored = 0;
            for (byte label : positives.labels()) {
                ignored += label == PositiveCells.IGNORED ? 1 : 0;
            }
            assertThat(ignored).as(c.id()).isEqualTo(c.json().get("n_ignored").asInt());
        }
    }

    @Test
    void targets_givenKeypoints_equalOfficial() {
        for (Case c : cases()) {
            double[] x = c.keypointsInCamera();
            int n = x.length / 3;
            int[] cells = c.positives().cells();
            double[] targets = new double[cells.length * 2 * n];
            double[] decoded = new double[targets.length];
            Affine2 toFrame = c.frameToCrop().inverse();
            for (int i = 0; i < cells.length; i++) {
                double anchor = c.grid().anchor(cells[i]);
                for (int k = 0; k < n; k++) {
                    Vec3 point = new Vec3(x[3 * k], x[3 * k + 1], x[3 * k + 2]);
                    double px = c.camera().projectX(point);
                    double py = c.camera().projectY(point);
                    int at = i * 2 * n + k;
                    targets[at] = (c.frameToCrop().u(px, py) - c.grid().centreX(cells[i])) / anchor;
                    targets[at + n] = (c.frameToCrop().v(px, py) - c.grid().centreY(cells[i])) / anchor;
                    double u = targets[at] * anchor + c.grid().centreX(cells[i]);
                    double v = targets[at + n] * anchor + c.grid().centreY(cells[i]);
                    decoded[at] = toFrame.u(u, v);
                    decoded[at + n] = toFrame.v(u, v);
                }
            }
            Fixtures.assertClose(c.id(), targets, Fixtures.flat(c.json().get("reg_target_pos")), TOLERANCE);
            Fixtures.assertClose(
                    c.id(), decoded, Fixtures.flat(c.json().get("decoded_target_pos_image_xy")), TOLERANCE);
        }
    }

    @Test
    void focalLoss_givenOutputs_equalsOfficial() {
        for (Case c : cases()) {
            double[] logits = c.outputs(c.classes(), -2, 2.2, 1);
            double[] gradient = new double[logits.length];
            double loss = FocalLoss.of(logits, c.classes(), c.positives().labels(), c.classIndex(), gradient);
            Fixtures.assertClose(c.id(), loss, c.json().get("cls_loss").asDouble(), TOLERANCE);
            assertChecksum(c.id(), gradient, c.json().get("grad_cls_checksum"));
        }
    }

    @Test
    void objectSpaceLoss_givenOutputs_equalsOfficial() {
        for (Case c : cases()) {
            double[] votes = c.outputs(16 * c.classes(), .05, .6, 3);
            double diameter = c.json().get("diameter").asDouble();
            ObjectSpaceLoss loss = new ObjectSpaceLoss(c.keypointsInCamera(), diameter, c.camera(), c.frameToCrop());
            int[] cells = c.positives().cells();
            double[] gradients = new double[cells.length * 16];
            double sum = 0;
            for (int i = 0; i < cells.length; i++) {
                int at = (cells[i] * c.classes() + c.classIndex()) * 16;
                double[] gradient = new double[16];
                sum += loss.of(c.grid(), cells[i], Arrays.copyOfRange(votes, at, at + 16), gradient);
                System.arraycopy(gradient, 0, gradients, i * 16, 16);
            }
            Fixtures.assertClose(c.id(), sum, c.json().get("reg_loss").asDouble(), TOLERANCE);
            Fixtures.assertClose(c.id(), gradients, Fixtures.flat(c.json().get("grad_reg_pos")), TOLERANCE);
            assertChecksum(c.id(), gradients, c.json().get("grad_reg_checksum"));
        }
    }

    /** Outputs are float32 at the network's boundary: votes of some 300 pixels are exact to 3e-5. */
    @Test
    void selection_givenOutputs_equalsOfficial() {
        for (Case c : cases()) {
            JsonNode post = c.json().get("post");
            KeypointVotes votes = selected(c, post);
            double[] scores = Fixtures.flat(post.get("scores_sqrt"));
            assertThat(votes.size()).as(c.id()).isEqualTo(post.get("n_selected").asInt());
            for (int i = 0; i < scores.length; i++) {
                assertThat(votes.scores()[i]).as(c.id()).isCloseTo((float) (scores[i] * scores[i]), within(2e-7f));
            }
            double[] points = Fixtures.flat(post.get("xy_image"));
            for (int i = 0; i < points.length; i++) {
                assertThat((double) votes.points()[i]).as(c.id()).isCloseTo(points[i], within(1e-4));
            }
        }
    }

    /** Refined, our pose explains the votes at least as well as the official one, and is near it. */
    @Test
    void pose_givenSelection_isNearOfficial() {
        for (Case c : cases()) {
            JsonNode post = c.json().get("post");
            KeypointVotes votes = selected(c, post);
            List<Vec3> keypoints = GoldenGeometry.points(c.json().get("keypoints_3d"));
            Se3 official = GoldenGeometry.pose(post.get("R"), post.get("T"));
            PnpSolution ours = new EpnpRansac(PnpSettings.OFFICIAL)
                    .solve(keypoints, votes, c.camera())
                    .orElseThrow();
            Se3 pose = ours.objectToCamera();
            double degrees = Math.toDegrees(pose.rotation().angleTo(official.rotation()));
            double distance = official.translation().norm();
            assertThat(degrees).as(c.id()).isLessThan(2);
            assertThat(pose.translation().minus(official.translation()).norm())
                    .as(c.id())
                    .isLessThan(0.02 * distance);
        }
    }

    private static KeypointVotes selected(Case c, JsonNode post) {
        float[] logits = new float[c.grid().cells() * c.classes()];
        float[] regression = new float[logits.length * 16];
        Arrays.fill(logits, -6);
        for (int i = 0; i < post.get("cells").size(); i++) {
            int at = post.get("cells").get(i).asInt() * c.classes() + c.classIndex();
            logits[at] = (float) post.get("logit").get(i).asDouble();
            for (int v = 0; v < 16; v++) {
                regression[at * 16 + v] = (float) post.get("reg").get(i).get(v).asDouble();
            }
        }
        return CellSelection.select(c.grid(), logits, 0, regression, 0, c.classes(), c.classIndex())
                .mapped(c.frameToCrop().inverse());
    }

    private static void assertChecksum(String id, double[] gradient, JsonNode checksum) {
        double magnitude = Arrays.stream(gradient).map(Math::abs).sum();
        double expected = checksum.get("abs").asDouble();
        assertThat(magnitude).as(id).isCloseTo(expected, within(TOLERANCE * expected));
        assertThat(Arrays.stream(gradient).sum())
                .as(id)
                .isCloseTo(checksum.get("sum").asDouble(), within(TOLERANCE * expected));
    }
}
