package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.text.TemplateFunction.Given;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Carries out the statements of a template, once. */
final class TemplateRun {
    /** Longest prompt, in characters. */
    static final int MAX_OUTPUT_CHARACTERS = 8 << 20;

    /** What a round of a loop costs: it has variables of its own. */
    private static final int STEPS_PER_ROUND = 4;

    private final TemplateBudget budget = new TemplateBudget();
    private final Evaluator evaluator = new Evaluator(budget);
    private StringBuilder out = new StringBuilder();

    /** How a body ended. */
    private enum End {
        DONE,
        BREAK,
        CONTINUE
    }

    String run(List<Statement> statements, Map<String, ?> variables) {
        TemplateScope globals = new TemplateScope(null);
        TemplateFunctions.global(budget).forEach(globals::set);
        TemplateScope scope = new TemplateScope(globals);
        variables.forEach(scope::set);
        body(statements, scope);
        return out.toString();
    }

    int line() {
        return evaluator.line();
    }

    private End body(List<Statement> statements, TemplateScope scope) {
        budget.enter();
        End end = End.DONE;
        for (int i = 0; i < statements.size() && end == End.DONE; i++) {
            end = statement(statements.get(i), scope);
        }
        budget.leave();
        return end;
    }

    private End statement(Statement statement, TemplateScope scope) {
        budget.step();
        evaluator.line(statement.line());
        switch (statement) {
            case Statement.Data data -> print(data.text());
            case Statement.Print print -> print(ValueText.of(evaluator.value(print.value(), scope), budget));
            case Statement.If condition -> {
                return condition(condition, scope);
            }
            case Statement.For loop -> {
                return loop(loop, scope);
            }
            case Statement.Leave leave -> {
                return leave.goesOn() ? End.CONTINUE : End.BREAK;
            }
            case Statement.Group group -> {
                return body(group.body(), scope);
            }
            case Statement.Assign assign -> assign(assign.names(), evaluator.value(assign.value(), scope), scope);
            case Statement.AssignField assign -> assignField(assign, scope);
            case Statement.Capture capture -> scope.set(capture.name(), captured(capture.body(), scope));
            case Statement.Macro macro ->
                scope.set(macro.name(), (TemplateFunction) given -> call(macro, given, scope));
        }
        return End.DONE;
    }

    private void print(String text) {
        budget.characters(text.length());
        if (out.length() + text.length() > MAX_OUTPUT_CHARACTERS) {
            throw new TemplateFault("more than " + MAX_OUTPUT_CHARACTERS + " characters of output");
        }
        out.append(text);
    }

    private End condition(Statement.If condition, TemplateScope scope) {
        for (int i = 0; i < condition.conditions().size(); i++) {
            if (evaluator.truth(condition.conditions().get(i), scope)) {
                return body(condition.bodies().get(i), scope);
            }
        }
        return body(condition.otherwise(), scope);
    }

    private End loop(Statement.For loop, TemplateScope scope) {
        List<?> elements = Values.elements(evaluator.value(loop.elements(), scope), budget);
        if (loop.condition() != null) {
            elements = chosen(loop, loop.condition(), elements, scope);
        }
        if (elements.isEmpty()) {
            return body(loop.otherwise(), scope);
        }
        for (int i = 0; i < elements.size(); i++) {
            budget.steps(STEPS_PER_ROUND);
            TemplateScope inner = new TemplateScope(scope);
            inner.set("loop", TemplateFunctions.loop(elements, i));
            assign(loop.names(), elements.get(i), inner);
            if (body(loop.body(), inner) == End.BREAK) {
                break;
            }
        }
        return End.DONE;
    }

    private List<?> chosen(Statement.For loop, Expression condition, List<?> elements, TemplateScope scope) {
        List<@Nullable Object> chosen = new ArrayList<>();
        for (Object element : elements) {
            TemplateScope inner = new TemplateScope(scope);
            assign(loop.names(), element, inner);
            if (evaluator.truth(condition, inner)) {
                chosen.add(element);
            }
        }
        return chosen;
    }

    private void assign(List<String> names, @Nullable Object value, TemplateScope scope) {
        if (names.size() == 1) {
            scope.set(names.getFirst(), value);
            return;
        }
        List<?> parts = Values.elements(value, budget);
        if (parts.size() != names.size()) {
            throw new TemplateFault(parts.size() + " values for " + names.size() + " names");
        }
        for (int i = 0; i < names.size(); i++) {
            scope.set(names.get(i), parts.get(i));
        }
    }

    private void assignField(Statement.AssignField assign, TemplateScope scope) {
        Object object = scope.get(assign.name());
        if (!(object instanceof Values.Namespace namespace)) {
            throw new TemplateFault(Values.describe(object) + " where a namespace is wanted");
        }
        namespace.fields().put(assign.field(), evaluator.value(assign.value(), scope));
    }

    private String captured(List<Statement> body, TemplateScope scope) {
        StringBuilder outer = out;
        out = new StringBuilder();
        body(body, new TemplateScope(scope));
        String text = out.toString();
        out = outer;
        return text;
    }

    private String call(Statement.Macro macro, Given given, TemplateScope definition) {
        if (given.positional().size() > macro.parameters().size()) {
            throw new TemplateFault(
                    "macro '" + macro.name() + "' takes " + macro.parameters().size() + " arguments, not "
                            + given.positional().size());
        }
        TemplateScope scope = new TemplateScope(definition);
        Map<String, @Nullable Object> named = new HashMap<>(given.named());
        for (int i = 0; i < macro.parameters().size(); i++) {
            String name = macro.parameters().get(i);
            if (i < given.positional().size()) {
                scope.set(name, given.positional().get(i));
            } else if (named.containsKey(name)) {
                scope.set(name, named.get(name));
            } else {
                Expression fallback = macro.defaults().get(i);
                scope.set(name, fallback == null ? new Values.Undefined(name) : evaluator.value(fallback, scope));
            }
            named.remove(name);
        }
        if (!named.isEmpty()) {
            throw new TemplateFault("macro '" + macro.name() + "' takes no arguments " + named.keySet());
        }
        return captured(macro.body(), scope);
    }
}
