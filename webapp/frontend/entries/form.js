// Loaded by app.js where a page holds [data-form-schema] and the window is wide enough.
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "../form/form.css";
import { mount } from "../form/view.js";

mount();
