// All that a package with problems of its own needs, under one name: `import LearningToLearn`.
@_exported import DataFormats
@_exported import Datasets
@_exported import Foundations
@_exported import GeneratedImages
@_exported import Imaging
@_exported import KernelInterface
@_exported import LSTMKernels
@_exported import LabelledData
@_exported import MetaTraining
@_exported import Optimizees
@_exported import Optimizers
@_exported import Plotting
@_exported import Tables
@_exported import TensorFiles
@_exported import Vectors
