package io.apprentice.scene.render;

import io.apprentice.pose.geometry.Quaternion;
import io.apprentice.pose.geometry.Se3;
import io.apprentice.pose.geometry.Vec3;
import io.apprentice.pose.object.TriangleMesh;

/**
 * The light of a picture in the camera frame; computes the colour of each vertex: its own times tint times light.
 *
 * @param light the light, world frame
 * @param lamp direction to the lamp, camera frame
 * @param up direction of the world's z, camera frame
 */
record Illumination(Light light, Vec3 lamp, Vec3 up) {

    static Illumination of(Light light, Se3 worldToCamera) {
        Quaternion turn = worldToCamera.rotation();
        return new Illumination(light, turn.rotate(light.towards()), turn.rotate(new Vec3(0, 0, 1)));
    }

    /**
     * The colour of a flat matt mesh where none of the lamp's light arrives, as a share of its colour where all of it does.
     *
     * @param meshToWorld with a normal towards its z
     */
    Vec3 darkest(Quaternion meshToWorld) {
        Vec3 normal = meshToWorld.rotate(new Vec3(0, 0, 1));
        double diffuse = Math.max(0, normal.dot(light.towards()));
        double sky = 0.8 + 0.2 * normal.z();
        Vec3 all = light.ambient().times(sky).plus(light.colour().times(diffuse));
        return new Vec3(
                share(light.ambient().x() * sky, all.x()),
                share(light.ambient().y() * sky, all.y()),
                share(light.ambient().z() * sky, all.z()));
    }

    private static double share(double part, double all) {
        return all > 0 ? part / all : 1;
    }

    /** Sets colours and texture coordinates of placed vertices. */
    void light(Vertices vertices, TriangleMesh mesh, Quaternion meshToCamera, Material material) {
        float[] x = vertices.x;
        float[] y = vertices.y;
        float[] z = vertices.z;
        double[] m = meshToCamera.matrix();
        float[] normals = mesh.normals();
        float[] uv = mesh.uv();
        byte[] colours = mesh.colours();
        for (int i = 0, j = 0; i < mesh.vertices(); i++, j += 3) {
            float nx = (float) (m[0] * normals[j] + m[1] * normals[j + 1] + m[2] * normals[j + 2]);
            float ny = (float) (m[3] * normals[j] + m[4] * normals[j + 1] + m[5] * normals[j + 2]);
            float nz = (float) (m[6] * normals[j] + m[7] * normals[j + 1] + m[8] * normals[j + 2]);
            float facing = nx * x[i] + ny * y[i] + nz * z[i];
            if (!mesh.oneSided() && facing > 0) {
                nx = -nx;
                ny = -ny;
                nz = -nz;
                facing = -facing;
            }
            float lit = (float) (nx * lamp.x() + ny * lamp.y() + nz * lamp.z());
            float sky = (float) (0.8 + 0.2 * (nx * up.x() + ny * up.y() + nz * up.z()));
            float shine = 0;
            if (material.gloss() > 0 && lit > 0) {
                // the lamp's direction mirrored by the surface, against the direction to the eye
                float toLamp = (float) (lamp.x() * x[i] + lamp.y() * y[i] + lamp.z() * z[i]);
                float cos = (toLamp - 2 * lit * facing) / (float) Math.sqrt(x[i] * x[i] + y[i] * y[i] + z[i] * z[i]);
                if (cos > 0) {
                    float c4 = cos * cos * cos * cos;
                    shine = (float) material.gloss() * c4 * c4 * c4;
                }
            }
            float diffuse = Math.max(lit, 0);
            Vec3 lampColour = light.colour();
            Vec3 ambient = light.ambient();
            Vec3 tint = material.tint();
            float r = (float) (tint.x() * (ambient.x() * sky + lampColour.x() * diffuse) + lampColour.x() * shine);
            float g = (float) (tint.y() * (ambient.y() * sky + lampColour.y() * diffuse) + lampColour.y() * shine);
            float b = (float) (tint.z() * (ambient.z() * sky + lampColour.z() * diffuse) + lampColour.z() * shine);
            boolean coloured = colours.length > 0;
            vertices.red[i] = coloured ? r * (colours[j] & 255) / 255f : r;
            vertices.green[i] = coloured ? g * (colours[j + 1] & 255) / 255f : g;
            vertices.blue[i] = coloured ? b * (colours[j + 2] & 255) / 255f : b;
            vertices.u[i] = uv.length > 0 ? uv[2 * i] : 0;
            vertices.v[i] = uv.length > 0 ? uv[2 * i + 1] : 0;
        }
    }
}
