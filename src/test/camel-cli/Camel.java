import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** What JBang's script of the Camel CLI does. */
public class Camel {
    public static void main(String[] arguments) {
        CamelJBangMain.run(arguments);
    }
}
