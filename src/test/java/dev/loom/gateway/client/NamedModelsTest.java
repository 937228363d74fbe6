package dev.loom.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a model that a request names: what a provider would take for one, and nothing that is the client's own. */
class NamedModelsTest {

    private static Set<String> in(String fields) {
        return NamedModels.in(("{\"model\":\"cheap\"," + fields + "}").getBytes(StandardCharsets.UTF_8), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"buy\",\"parameters\":{\"properties\":{\"model\":"
                        + "{\"default\":\"gold\",\"example\":\"gold\",\"enum\":[\"gold\"]}},\"example\":{\"model\":\"gold\"},"
                        + "\"default\":{\"model\":\"gold\"},\"const\":{\"models\":[\"gold\"]}}}}]",
                "\"tools\":[{\"type\":\"function\",\"name\":\"buy\",\"parameters\":{\"properties\":{\"fallback\":"
                        + "{\"type\":\"string\",\"description\":\"another car\"}},\"default\":{\"model\":\"gold\"}}}]",
                "\"tools\":[{\"type\":\"namespace\",\"name\":\"cars\",\"tools\":[{\"type\":\"function\",\"name\":\"buy\","
                        + "\"parameters\":{\"examples\":[{\"model\":\"gold\"}]}}]}]",
                "\"tools\":[{\"name\":\"buy\",\"input_schema\":{\"properties\":{\"model\":{\"type\":\"string\"}},"
                        + "\"default\":{\"model\":\"gold\"}},\"input_examples\":[{\"model\":\"gold\"}]}]",
                "\"tools\":[{\"functionDeclarations\":[{\"name\":\"buy\",\"parameters\":{\"example\":{\"model\":\"gold\"}},"
                        + "\"response\":{\"example\":{\"model\":\"gold\"}}}]}]",
                "\"tools\":[{\"function_declarations\":[{\"name\":\"buy\",\"parametersJsonSchema\":"
                        + "{\"examples\":[{\"model\":\"gold\"}]}}]}]",
                "\"functions\":[{\"name\":\"buy\",\"parameters\":{\"default\":{\"model\":\"gold\"}}}]",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":"
                        + "{\"default\":{\"model\":\"gold\"},\"properties\":{\"fallback\":{\"type\":\"string\"}}}}}",
                "\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"examples\":[{\"model\":\"gold\"}]}}}",
                "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"default\":{\"model\":\"gold\"}}}}",
                "\"generationConfig\":{\"responseSchema\":{\"example\":{\"model\":\"gold\"}},"
                        + "\"responseJsonSchema\":{\"default\":{\"model\":\"gold\"}}}",
                "\"guided_json\":{\"default\":{\"model\":\"gold\"}}",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"model\":\"gold\"}]},"
                        + "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"model\\\":\\\"gold\\\"}\"}}]}]",
                "\"contents\":[{\"parts\":[{\"functionCall\":{\"name\":\"buy\",\"args\":{\"model\":\"gold\"}}}]}]",
                "\"system_instruction\":{\"parts\":[{\"functionCall\":{\"args\":{\"model\":\"gold\"}}}]}",
                "\"input\":[{\"type\":\"function_call\",\"name\":\"buy\",\"arguments\":\"{}\",\"model\":\"gold\"}]",
                "\"metadata\":{\"model\":\"gold\",\"fallback\":\"gold\"}",
                "\"labels\":{\"model\":\"gold\"}",
                "\"prediction\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"model\":\"gold\"}]}",
                "\"plugins\":[{\"id\":\"web\",\"engine\":\"exa\"}]",
                "\"provider\":{\"order\":[\"one\"],\"allow_fallbacks\":true}",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"model\"}}"
            })
    void the_clients_own_words_name_no_model(String fields) {
        assertThat(in(fields)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"models\":[\"gold\"]",
                "\"Model\":\"gold\"",
                "\"engine\":\"gold\"",
                "\"deployment_id\":\"gold\"",
                "\"fallbacks\":[{\"x\":{\"y\":\"gold\"}}]",
                "\"extra_body\":{\"models\":[\"gold\"]}",
                "\"models\":[{\"id\":\"gold\"}]",
                "\"agents\":[{\"name\":\"helper\",\"model\":{\"id\":\"gold\",\"speed\":\"fast\"}}]",
                "\"moderation\":{\"model\":\"gold\"}",
                "\"plugins\":[{\"id\":\"fusion\",\"analysis_models\":[\"gold\"]}]",
                "\"tools\":[{\"type\":\"image_generation\",\"model\":\"gold\"}]",
                "\"tools\":[{\"type\":\"advisor_20260301\",\"name\":\"advisor\",\"model\":\"gold\"}]",
                "\"tools\":[{\"type\":\"openrouter:image_generation\",\"parameters\":{\"model\":\"gold\"}}]",
                "\"tools\":[{\"type\":\"function\",\"Type\":\"openrouter:image_generation\",\"parameters\":{\"model\":\"gold\"}}]",
                "\"tools\":[{\"parameters\":{\"model\":\"gold\"}}]",
                "\"tools\":[{\"type\":\"function\",\"model\":\"gold\",\"parameters\":{}}]",
                "\"input\":[{\"type\":\"additional_tools\",\"tools\":[{\"type\":\"image_generation\",\"model\":\"gold\"}]}]",
                "\"generationConfig\":{\"routingConfig\":{\"manualMode\":{\"modelName\":\"gold\"}}}",
                "\"data_sources\":[{\"type\":\"azure_search\",\"parameters\":{\"embedding_dependency\":"
                        + "{\"type\":\"deployment_name\",\"deployment_name\":\"gold\"}}}]"
            })
    void what_a_provider_would_take_for_a_model_counts(String fields) {
        assertThat(in(fields)).containsExactly("gold");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"fallbacks\":[{\"model\":\"low\",\"thinking\":{\"type\":\"adaptive\"},\"reasoning_effort\":\"high\"},\"gold\"]",
                "\"fallbacks\":[{\"model\":\"low\",\"cheap\":[\"gold\"]}]",
                "\"fallbacks\":[{\"model\":\"low\",\"extra_body\":{\"model\":\"gold\"}}]"
            })
    void an_entry_of_fallbacks_that_has_a_model_may_have_settings_for_it(String fields) {
        assertThat(in(fields)).containsExactlyInAnyOrder("low", "gold");
    }
}
