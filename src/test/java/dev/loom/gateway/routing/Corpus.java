package dev.loom.gateway.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Texts in many scripts, of code and of data, as prompts mix them. */
final class Corpus {

    static final Map<String, String> TEXTS = new TreeMap<>(
            Map.ofEntries(
                    Map.entry(
                            "English",
                            "The committee met on Thursday and agreed, after a long discussion, to postpone the decision until the"
                                    + " figures of the last quarter are known. Nobody objected; two members wanted more detail. "),
                    Map.entry(
                            "German",
                            "Die Geschwindigkeitsbegrenzung gilt auf der gesamten Strecke, obwohl die Bauarbeiten bereits"
                                    + " abgeschlossen sind und der Verkehr wieder ungehindert fließen könnte. "),
                    Map.entry(
                            "French",
                            "L'été dernier, nous avons traversé la vallée à pied; les habitants nous ont accueillis avec une"
                                    + " gentillesse que je n'oublierai jamais. "),
                    Map.entry(
                            "Russian",
                            "Вчера вечером мы долго гуляли по набережной и разговаривали о том, как изменился город за последние"
                                    + " десять лет. "),
                    Map.entry("Chinese", "昨天下午我们在会议室讨论了新的计划，大家都认为应该先完成测试，然后再决定什么时候发布这个版本。"),
                    Map.entry("Japanese", "昨日の会議では新しい計画について話し合い、まずテストを終わらせてから公開日を決めることになりました。"),
                    Map.entry("Korean", "어제 회의에서 새로운 계획에 대해 이야기했고, 먼저 시험을 마친 다음에 공개 날짜를 정하기로 했습니다. "),
                    Map.entry(
                            "Arabic",
                            "ناقشنا أمس في الاجتماع الخطة الجديدة واتفقنا على إنهاء الاختبارات أولا ثم تحديد موعد النشر. "),
                    Map.entry(
                            "Hindi",
                            "कल की बैठक में हमने नई योजना पर चर्चा की और तय किया कि पहले परीक्षण पूरा किया जाए। "),
                    Map.entry(
                            "Thai",
                            "เมื่อวานนี้เราประชุมกันเรื่องแผนใหม่และตกลงกันว่าจะทดสอบให้เสร็จก่อนแล้วจึงกำหนดวันเผยแพร่"),
                    Map.entry(
                            "Java",
                            "    private static int betweenWords(String text, int at) {\n        for (int i = at; i < text.length(); i++)"
                                    + " {\n            if (text.charAt(i) == ' ') {\n                return i;\n            }\n        }\n    }\n"),
                    Map.entry(
                            "JSON",
                            "{\"id\": 48213, \"name\": \"Müller & Söhne\", \"tags\": [\"a1\", \"b2\"], \"price\": 129.95, \"stock\":"
                                    + " {\"Berlin\": 12, \"Wien\": 0}, \"active\": true},\n"),
                    Map.entry(
                            "Base64",
                            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg"),
                    Map.entry(
                            "Log",
                            "2026-11-29T03:04:20.872Z INFO  [worker-17] c.e.Orders - order 9f8e7d6c-1b2a accepted in 35 ms, total=12.50 EUR\n")));

    private Corpus() {}

    /** A text again and again, to so many characters. */
    static String ofLength(String text, int characters) {
        return text.repeat(characters / text.length() + 1).substring(0, characters);
    }

    /** So many characters of each. */
    static String oneAfterAnother(int characters) {
        StringBuilder all = new StringBuilder();
        TEXTS.values().forEach(text -> all.append(ofLength(text, characters)));
        return all.toString();
    }

    /** In any order, to so many characters at least. */
    static String shuffled(int characters, long seed) {
        List<String> texts = List.copyOf(TEXTS.values());
        Random random = new Random(seed);
        StringBuilder all = new StringBuilder();
        while (all.length() < characters) {
            all.append(texts.get(random.nextInt(texts.size())));
        }
        return all.toString();
    }

    static List<String> messages(int number, long seed) {
        List<String> texts = List.copyOf(TEXTS.values());
        Random random = new Random(seed);
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            messages.add(texts.get(random.nextInt(texts.size())));
        }
        return messages;
    }
}
