"""A trained optimizer of this folder, or one of your own in the same layout, in Python: numpy and safetensors only.

    optimizer = LearnedOptimizer("Data/optimizers/fig3-mnist.safetensors")
    theta += optimizer.update(gradient)          # once a step, gradient and theta as flat float32 arrays

Under PyTorch or JAX pass `gradient.numpy()`. `save` writes what Swift's LSTMOptimizer.load reads. README.md has the
layout.
"""
import json

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file

FORMAT = "learning-to-learn LSTM optimizer"


class LearnedOptimizer:
    """The coordinatewise LSTM on one group of parameters: every coordinate has its own state, all share the weights."""

    def __init__(self, path, group=None):
        with safe_open(path, framework="numpy") as file:
            self.metadata = file.metadata() or {}
            if (self.metadata.get("format"), self.metadata.get("version")) != (FORMAT, "1"):
                raise ValueError(f"{path}: expected version 1 of a {FORMAT}, found {self.metadata.get('format')}")
            self.settings = json.loads(self.metadata["lstm"])
            if group is not None and group not in self.settings["groups"]:
                raise ValueError(f"{path}: expected one of the groups {self.settings['groups']}, found {group}")
            prefix = (group or self.settings["groups"][0]) + "."
            self.weights = {n[len(prefix):]: file.get_tensor(n) for n in file.keys() if n.startswith(prefix)}
        self.reset()

    def reset(self):
        """Forgets everything: for a new problem."""
        self.state = None

    def update(self, gradient):
        """The update g of equation 2, to be added to theta, from the gradient [coordinates] at theta."""
        gradient = numpy.asarray(gradient, numpy.float32).reshape(-1)
        if self.state is None:
            self.state = [numpy.zeros((gradient.size, self.settings["hidden"]), numpy.float32) for _ in range(4)]
        h1, c1, h2, c2 = self.state
        h1, c1 = self._layer("1", self._features(gradient), h1, c1)
        h2, c2 = self._layer("2", h1, h2, c2)
        self.state = [h1, c1, h2, c2]
        return self.settings["outputScale"] * (h2 @ self.weights["output_weights"] + self.weights["output_bias"])

    def _features(self, gradient):
        p = self.settings.get("preprocessing")
        if p is None:
            return gradient[:, None]
        # Appendix A: logarithm and sign, or -1 and the scaled gradient where it is tiny.
        large = numpy.abs(gradient) >= numpy.exp(-p)
        logarithm = numpy.log(numpy.where(large, numpy.abs(gradient), 1)) / p
        first = numpy.where(large, logarithm, -1)
        second = numpy.where(large, numpy.sign(gradient), numpy.exp(p) * gradient)
        return numpy.stack([first, second], axis=1).astype(numpy.float32)

    def _layer(self, number, x, h, c):
        w = self.weights
        z = x @ w[f"input_weights_{number}"].T + h @ w[f"recurrent_weights_{number}"].T + w[f"bias_{number}"]
        i, f, g, o = numpy.split(z, 4, axis=1)
        c = _sigmoid(f) * c + _sigmoid(i) * numpy.tanh(g)
        return _sigmoid(o) * numpy.tanh(c), c


def _sigmoid(z):
    return 0.5 * (1 + numpy.tanh(0.5 * z))


def save(path, weights, hidden, preprocessing=10, output_scale=0.1, name="LSTM", metadata={}):
    """Writes an optimizer trained elsewhere. `weights` has a dictionary of the eight tensors for each group.

    `metadata` may be a loaded optimizer's; its checksum, which is of other contents, is left out.
    """
    settings = {"hidden": hidden, "layers": 2, "outputScale": output_scale, "name": name, "groups": list(weights)}
    if preprocessing is not None:
        settings["preprocessing"] = preprocessing
    tensors = {f"{group}.{n}": numpy.ascontiguousarray(t, numpy.float32)
               for group, tensors in weights.items() for n, t in tensors.items()}
    own = {"format": FORMAT, "version": "1", "lstm": json.dumps(settings)}
    others = {key: value for key, value in metadata.items() if key != "checksum"}
    save_file(tensors, path, {**others, **own})
