// Drives the real form-js viewer: opens a schema on a case's values, lets "the user" change some, submits.
import { Form } from '@bpmn-io/form-js-viewer';

const frames = (n) => new Promise((done) => {
  const step = (left) => (left ? requestAnimationFrame(() => step(left - 1)) : setTimeout(done, 0));
  step(n);
});

let form;
window.submitAll = async (schema, context, submissions) => {
  const results = [];
  for (const values of submissions) {
    form?.destroy();
    document.body.innerHTML = '<div id="form"></div>';
    form = new Form({ container: document.querySelector('#form') });
    form.on('error', (event) => { event.preventDefault?.(); });
    await form.importSchema(structuredClone(schema), structuredClone(context));
    await frames(2); // a field that goes before its effects ran would never be forgotten
    const data = { ...structuredClone(form._getState().data), ...structuredClone(values) };
    form._setState({ data });
    await frames(3);
    const { data: submitted, errors } = form.submit();
    const fields = {};
    for (const instance of form.get('formFieldInstanceRegistry').getAllKeyed()) {
      const indexes = Object.values(instance.indexes || {});
      let found = errors[instance.id];
      for (const index of indexes) found = found?.[index];
      if (Array.isArray(found) && found.length && typeof found[0] === 'string') fields[instance.valuePath.join('.')] = found;
    }
    results.push({ data: submitted, errors: fields });
  }
  return results;
};
