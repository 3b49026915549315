// How a user task decides: 会签, 或签, 依次, 票签 and what goes with them, written as zeebe:property approval.*.
// Only what the chosen way uses is shown; what it does not use leaves the file with it.
import { Group, isSelectEntryEdited, isTextFieldEntryEdited, SelectEntry, TextFieldEntry } from "@bpmn-io/properties-panel";
import { useService } from "bpmn-js-properties-panel";
import { word } from "../app/page.js";

const MANY = ["all", "any", "sequence", "share"];
const VOTE = ["approvers", "onReject"];
const SHARE = ["share", "weights"];
// What each setting may be; text settings have none. `when` says for which modes it is shown.
const SETTINGS = [
  { name: "mode", options: ["single", ...MANY], when: () => true },
  { name: "approvers", when: (mode) => MANY.includes(mode), hint: "approversHint" },
  { name: "share", when: (mode) => mode === "share", hint: "shareHint" },
  { name: "weights", when: (mode) => mode === "share", hint: "weightsHint" },
  { name: "onReject", options: ["decides", "counts"], when: (mode) => MANY.includes(mode) },
  { name: "onSelf", options: ["manager", "hr"], when: Boolean },
  { name: "emptyAssignee", when: Boolean, hint: "emptyHint" },
  { name: "sameApprover", options: ["skip"], when: Boolean },
];

const extension = (object, type) => object.get("extensionElements")?.get("values").find((value) => value.$instanceOf?.(type));
const property = (element, name) => extension(element.businessObject, "zeebe:Properties")?.get("properties")?.find((one) => one.get("name") === `approval.${name}`);
const read = (element, name) => property(element, name)?.get("value") ?? "";

function unused(mode) {
  if (!mode) return SETTINGS.map((setting) => setting.name).filter((name) => name !== "mode");
  if (mode === "share") return [];
  return MANY.includes(mode) ? SHARE : [...VOTE, ...SHARE];
}

// Writes one setting, and takes away what the chosen way does not use, as one step for undo.
class ApprovalHandler {
  constructor(modeling, bpmnFactory) { Object.assign(this, { modeling, bpmnFactory }); }

  preExecute({ element, name, value }) {
    const object = element.businessObject;
    let holder = object.get("extensionElements");
    if (!holder) {
      holder = this.bpmnFactory.create("bpmn:ExtensionElements", { values: [] });
      holder.$parent = object;
      this.modeling.updateModdleProperties(element, object, { extensionElements: holder });
    }
    let list = extension(object, "zeebe:Properties");
    if (!list) {
      list = this.bpmnFactory.create("zeebe:Properties", { properties: [] });
      list.$parent = holder;
      this.modeling.updateModdleProperties(element, holder, { values: [...holder.get("values"), list] });
    }
    const gone = new Set([name, ...(name === "mode" ? unused(value) : [])].map((one) => `approval.${one}`));
    const kept = list.get("properties").filter((one) => !gone.has(one.get("name")));
    const made = value ? [this.bpmnFactory.create("zeebe:Property", { name: `approval.${name}`, value })] : [];
    for (const one of made) one.$parent = list;
    const properties = [...kept, ...made];
    if (properties.length) this.modeling.updateModdleProperties(element, list, { properties });
    else this.modeling.updateModdleProperties(element, holder, { values: holder.get("values").filter((one) => one !== list) });
  }
}
ApprovalHandler.$inject = ["modeling", "bpmnFactory"];

function entry({ name, options, hint }) {
  function Setting({ element, id }) {
    const commandStack = useService("commandStack");
    const debounce = useService("debounceInput");
    const shared = {
      element, id, debounce,
      label: word(`approval_${name}`),
      getValue: () => read(element, name),
      setValue: (value) => commandStack.execute("hegui.approval", { element, name, value: value || undefined }),
    };
    if (!options) return TextFieldEntry({ ...shared, description: word(hint) });
    const current = read(element, name);
    const known = current && !options.includes(current) ? [current] : [];
    return SelectEntry({
      ...shared,
      getOptions: () => [{ value: "", label: word("notChosen") }, ...[...options, ...known].map((value) => ({ value, label: word(`approval_${name}_${value}`) }))],
    });
  }
  return { id: `approval-${name}`, component: Setting, isEdited: options ? isSelectEntryEdited : isTextFieldEntryEdited };
}

class Approval {
  constructor(propertiesPanel, commandStack) {
    commandStack.registerHandler("hegui.approval", ApprovalHandler);
    propertiesPanel.registerProvider(400, this);
  }

  getGroups(element) {
    return (groups) => {
      if (!element.businessObject?.$instanceOf?.("bpmn:UserTask")) return groups;
      const mode = read(element, "mode");
      const entries = SETTINGS.filter((setting) => setting.when(mode)).map(entry);
      return [...groups, { id: "approval", label: word("approval"), component: Group, entries }];
    };
  }
}
Approval.$inject = ["propertiesPanel", "commandStack"];

export const approvalModule = { __init__: ["approval"], approval: ["type", Approval] };
