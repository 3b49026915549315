// A walk through the diagram with tokens, in a viewer of its own, so that it can never change the draft.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import TokenSimulation from "bpmn-js-token-simulation/lib/viewer";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import { translateModule } from "../words/translate.js";

export async function startSimulation(container, xml, font) {
  const viewer = new NavigatedViewer({
    container,
    moddleExtensions: { zeebe },
    textRenderer: { defaultStyle: { fontFamily: font, fontSize: 12 }, externalStyle: { fontFamily: font, fontSize: 11 } },
    additionalModules: [translateModule, TokenSimulation],
  });
  await viewer.importXML(xml);
  viewer.get("canvas").zoom("fit-viewport", "auto");
  viewer.get("toggleMode").toggleMode(true);
  return viewer;
}
