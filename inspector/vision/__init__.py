"""From a picture to a judgement: model file, accelerator, preprocessing, decision."""
