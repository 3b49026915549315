// Labels instead of identifiers: who approves, which form, which decision are picked from lists that the server knows.
// The page gives data-choices: {assignees, groups, forms, decisions}, each [{value, label}]. Upstream's own fields stay
// below for what no list holds.
import { isSelectEntryEdited, SelectEntry } from "@bpmn-io/properties-panel";
import { useService } from "bpmn-js-properties-panel";
import { word } from "../app/page.js";

// For each list: the group and entry of the panel that it stands before, and where the value lives in the file.
const LISTS = {
  assignees: { group: "assignmentDefinition", before: "assignmentDefinitionAssignee", type: "zeebe:AssignmentDefinition", property: "assignee", title: "pickAssignee" },
  groups: { group: "assignmentDefinition", before: "assignmentDefinitionCandidateGroups", type: "zeebe:AssignmentDefinition", property: "candidateGroups", title: "pickGroup" },
  forms: { group: "form", before: "formId", type: "zeebe:FormDefinition", property: "formId", title: "pickForm" },
  decisions: { group: "calledDecision", before: "decisionId", type: "zeebe:CalledDecision", property: "decisionId", title: "pickDecision" },
};

const extension = (object, type) => object.get("extensionElements")?.get("values").find((value) => value.$instanceOf?.(type));

// Writes the property and whatever elements must hold it, as one step for undo.
class ChoiceHandler {
  constructor(modeling, bpmnFactory) { Object.assign(this, { modeling, bpmnFactory }); }

  preExecute({ element, type, property, value }) {
    const object = element.businessObject;
    let holder = object.get("extensionElements");
    if (!holder) {
      holder = this.bpmnFactory.create("bpmn:ExtensionElements", { values: [] });
      holder.$parent = object;
      this.modeling.updateModdleProperties(element, object, { extensionElements: holder });
    }
    const found = extension(object, type);
    if (found) { this.modeling.updateModdleProperties(element, found, { [property]: value }); return; }
    if (value === undefined) return;
    const made = this.bpmnFactory.create(type, { [property]: value });
    made.$parent = holder;
    this.modeling.updateModdleProperties(element, holder, { values: [...holder.get("values"), made] });
  }
}
ChoiceHandler.$inject = ["modeling", "bpmnFactory"];

function entryFor(list, choices) {
  function Choice({ element, id }) {
    const commandStack = useService("commandStack");
    const debounce = useService("debounceInput");
    const getValue = () => extension(element.businessObject, list.type)?.get(list.property) ?? "";
    return SelectEntry({
      element, id, debounce, getValue,
      label: word(list.title),
      setValue: (value) => commandStack.execute("hegui.choice", { element, type: list.type, property: list.property, value: value || undefined }),
      getOptions: () => {
        const current = getValue();
        const known = current === "" || choices.some((choice) => choice.value === current);
        return [{ value: "", label: word("notChosen") }, ...choices, ...(known ? [] : [{ value: current, label: word("ownValue", { value: current }) }])];
      },
    });
  }
  return { id: `choice-${list.property}`, component: Choice, isEdited: isSelectEntryEdited };
}

class Choices {
  constructor(config, propertiesPanel, commandStack) {
    this.given = config ?? {};
    commandStack.registerHandler("hegui.choice", ChoiceHandler);
    propertiesPanel.registerProvider(300, this);
  }

  getGroups() {
    return (groups) => {
      for (const [name, list] of Object.entries(LISTS)) {
        const group = this.given[name]?.length && groups.find((one) => one.id === list.group);
        const at = group ? group.entries.findIndex((entry) => entry.id === list.before) : -1;
        if (at >= 0) group.entries.splice(at, 0, entryFor(list, this.given[name]));
      }
      return groups;
    };
  }
}
Choices.$inject = ["config.choices", "propertiesPanel", "commandStack"];

export const choicesModule = { __init__: ["choices"], choices: ["type", Choices] };
