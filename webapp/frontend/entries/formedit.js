import "../studio/style-attributes.js";
// The editor brings a viewer of its own (1.23); the newer viewer's sheet would take the fields' borders away.
import "../../../node_modules/@bpmn-io/form-js-editor/node_modules/@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css";
import "@bpmn-io/form-js-editor/dist/assets/properties-panel.css";
import "@bpmn-io/form-js-editor/dist/assets/dragula.css";
import "../studio/studio.css";
import "../studio/formedit.css";
import { openForm } from "../studio/form.js";

openForm();
