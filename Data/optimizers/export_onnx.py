"""Writes one step of a trained optimizer as an ONNX graph, for runtimes of any language: needs numpy, safetensors, onnx.

    python export_onnx.py fig3-mnist.safetensors fig3-mnist.onnx [group]

Inputs are the gradient [N] and the state h1, c1, h2, c2 [N, H], zeros at the first step; outputs are the update [N], to
be added to theta, and the state for the next step, next_h1 to next_c2. N may differ from call to call.
"""
import sys

import numpy
import onnx
from onnx import numpy_helper, parser

from learned_optimizer import LearnedOptimizer

# As in learned_optimizer.py: Appendix A's logarithm and sign, or -1 and the scaled gradient where it is tiny.
PREPROCESSING = """
    size = Abs(gradient)
    large = GreaterOrEqual(size, threshold)
    safe = Where(large, size, one)
    logarithm = Log(safe)
    scaled_logarithm = Div(logarithm, p)
    first = Where(large, scaled_logarithm, minus_one)
    sign = Sign(gradient)
    scaled = Mul(gradient, inverse_threshold)
    second = Where(large, sign, scaled)
    first_column = Unsqueeze(first, last)
    second_column = Unsqueeze(second, last)
    features = Concat<axis = 1>(first_column, second_column)
"""
LAYER = """
    x{n} = Gemm<transB = 1>({x}, input_weights_{n}, bias_{n})
    r{n} = Gemm<transB = 1>(h{n}, recurrent_weights_{n})
    z{n} = Add(x{n}, r{n})
    zi{n}, zf{n}, zg{n}, zo{n} = Split<axis = 1, num_outputs = 4>(z{n})
    i{n} = Sigmoid(zi{n})
    f{n} = Sigmoid(zf{n})
    g{n} = Tanh(zg{n})
    o{n} = Sigmoid(zo{n})
    kept{n} = Mul(f{n}, c{n})
    added{n} = Mul(i{n}, g{n})
    next_c{n} = Add(kept{n}, added{n})
    bounded{n} = Tanh(next_c{n})
    next_h{n} = Mul(o{n}, bounded{n})
"""
READOUT = """
    product = MatMul(next_h2, output_weights)
    readout = Add(product, output_bias)
    update = Mul(readout, output_scale)
"""


def model(optimizer):
    """The step of a LearnedOptimizer as a checked ONNX model."""
    p, hidden = optimizer.settings.get("preprocessing"), optimizer.settings["hidden"]
    states = [name + number for number in "12" for name in "hc"]
    inputs = ", ".join(["float[N] gradient"] + [f"float[N, {hidden}] {s}" for s in states])
    outputs = ", ".join(["float[N] update"] + [f"float[N, {hidden}] next_{s}" for s in states])
    features = PREPROCESSING if p is not None else "    features = Unsqueeze(gradient, last)\n"
    steps = features + LAYER.format(n=1, x="features") + LAYER.format(n=2, x="next_h1") + READOUT
    text = f"<ir_version: 9, opset_import: ['' : 18]> step ({inputs}) => ({outputs}) {{{steps}}}".replace("'", '"')
    made = parser.parse_model(text)
    constants = {"output_scale": optimizer.settings["outputScale"]}
    if p is not None:
        constants |= {"p": p, "threshold": numpy.exp(-p), "inverse_threshold": numpy.exp(p), "one": 1, "minus_one": -1}
    tensors = {"last": numpy.array([1])} | optimizer.weights
    tensors |= {name: numpy.array(value, numpy.float32) for name, value in constants.items()}
    made.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in tensors.items())
    onnx.helper.set_model_props(made, optimizer.metadata)
    onnx.checker.check_model(made, full_check=True)
    return made


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python export_onnx.py OPTIMIZER.safetensors OUTPUT.onnx [GROUP]")
    onnx.save(model(LearnedOptimizer(sys.argv[1], *sys.argv[3:])), sys.argv[2])
