package dev.loom.gateway.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeantKeysTest {

    @Test
    void every_key_that_is_said_to_be_meant_is_in_the_schema() {
        assertThat(MeantKeys.MEANT.values()).isNotEmpty().allMatch(MeantKeysTest::isKnown);
    }

    @Test
    void no_key_that_may_stand_where_it_is_written_is_said_to_mean_another() {
        assertThat(MeantKeys.MEANT.keySet())
                .noneMatch(written -> KnownKeys.isIn(written.split(" ", -1)[0], written.split(" ", -1)[1]));
    }

    private static boolean isKnown(String path) {
        int dot = path.lastIndexOf('.');
        return KnownKeys.isIn(path.substring(0, dot), path.substring(dot + 1));
    }
}
