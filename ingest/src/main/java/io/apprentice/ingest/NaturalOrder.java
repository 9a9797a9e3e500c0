package io.apprentice.ingest;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Files by the names without their endings, as people count: {@code frame_2} before {@code frame_10}, in letters of either case. */
final class NaturalOrder implements Comparator<Path> {
    private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");
    private static final Comparator<Path> TIES =
            Comparator.comparing(file -> file.getFileName().toString());

    @Override
    public int compare(Path a, Path b) {
        Iterator<MatchResult> left = parts(a);
        Iterator<MatchResult> right = parts(b);
        while (left.hasNext() && right.hasNext()) {
            int order = compare(left.next().group(), right.next().group());
            if (order != 0) {
                return order;
            }
        }
        return left.hasNext() ? 1 : right.hasNext() ? -1 : TIES.compare(a, b);
    }

    private static Iterator<MatchResult> parts(Path file) {
        String name = file.getFileName().toString();
        int ending = name.lastIndexOf('.');
        return PART.matcher(
                        name.substring(0, ending < 0 ? name.length() : ending).toLowerCase(Locale.ROOT))
                .results()
                .iterator();
    }

    private static int compare(String a, String b) {
        boolean numbers = Character.isDigit(a.charAt(0)) && Character.isDigit(b.charAt(0));
        if (!numbers) {
            return a.compareTo(b);
        }
        String left = a.replaceFirst("^0+", "");
        String right = b.replaceFirst("^0+", "");
        return left.length() != right.length() ? Integer.compare(left.length(), right.length()) : left.compareTo(right);
    }
}
