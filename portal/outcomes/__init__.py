"""What follows the evaluation: publication, letters, remarks, rejections, sample checks."""
